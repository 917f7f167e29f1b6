#include "drawing/canvas.h"

#include <gtest/gtest.h>

#include "drawing/flow_builder.h"

namespace sennit::drawing {
namespace {

using layout::Direction;
using layout::Wire;

TEST(Canvas, WideAndCombiningCharacters) {
  Canvas canvas(6, 1, Charset::kUtf8);
  canvas.text({0, 0}, "训e\xcc\x81x练", State::kNone);
  EXPECT_EQ(text_of(canvas.rows()), "训e\xcc\x81x练\n");
}

TEST(Canvas, TextEndsAtTheEdge) {
  Canvas canvas(3, 1, Charset::kUtf8);
  canvas.text({0, 0}, "ab训", State::kNone);
  EXPECT_EQ(text_of(canvas.rows()), "ab\n");
}

TEST(Canvas, CrossingIsNotAJunction) {
  const Wire across{.segments = {{{0, 1}, {4, 1}}}, .tails = {}, .heads = {}};
  const Wire along{.segments = {{{2, 0}, {2, 2}}}, .tails = {}, .heads = {}};
  Wire both = across;
  both.segments.push_back(along.segments[0]);
  for (const bool across_first : {true, false}) {
    Canvas canvas(5, 3, Charset::kUtf8);
    canvas.wire(across_first ? across : along, Direction::kDown);
    canvas.wire(across_first ? along : across, Direction::kDown);
    EXPECT_EQ(text_of(canvas.rows()), "  │\n──│──\n  │\n");
  }
  Canvas canvas(5, 3, Charset::kUtf8);
  canvas.wire(both, Direction::kDown);
  EXPECT_EQ(text_of(canvas.rows()), "  │\n──┼──\n  │\n");
}

TEST(Canvas, SpansHaveTheStateOfTheirCharacters) {
  Canvas canvas(8, 1, Charset::kUtf8);
  canvas.text({0, 0}, "ok", State::kCompleted);
  canvas.text({4, 0}, "bad", State::kFailed);
  const std::vector<TextRow> rows = canvas.rows();
  ASSERT_EQ(rows[0].size(), 2U);
  EXPECT_EQ(rows[0][0].text, "ok  ");
  EXPECT_EQ(rows[0][1].text, "bad");
  EXPECT_EQ(rows[0][1].state, State::kFailed);
}

TEST(Canvas, AsciiLines) {
  Canvas canvas(3, 3, Charset::kAscii);
  canvas.box({0, 0, 3, 3, 0}, State::kNone);
  EXPECT_EQ(text_of(canvas.rows()), "+-+\n| |\n+-+\n");
}

}  // namespace
}  // namespace sennit::drawing

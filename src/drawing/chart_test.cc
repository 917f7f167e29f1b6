#include "drawing/chart.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace sennit::drawing {
namespace {

TEST(Chart, ALineGoesFromCornerToCorner) {
  const std::string text = chart_text(
      {{0, 0}, {10, 5}},
      {.columns = 24, .rows = 3, .strokes = Strokes::kAscii, .title = "loss", .left = "step 0", .right = "10"});
  EXPECT_EQ(text,
            "loss\n"
            "         5 |        ..''\n"
            "           |    ..:'\n"
            "         0 |..''\n"
            "            step 0    10\n");
}

TEST(Chart, BrailleIsFiner) {
  const std::string text = chart_text({{0, 0}, {1, 1}, {2, 0}}, {.columns = 30, .rows = 4, .title = "x"});
  EXPECT_EQ(std::ranges::count(text, '\n'), 6);
  EXPECT_NE(text.find("\xe2\xa0"), std::string::npos);
}

TEST(Chart, OddValuesDoNoHarm) {
  EXPECT_EQ(chart_text({}, {.title = "loss"}), "loss: nothing to draw yet\n");
  EXPECT_EQ(chart_text({{std::nan(""), 1}, {1, INFINITY}}, {.title = "loss"}), "loss: nothing to draw yet\n");
  EXPECT_NE(chart_text({{1, 1}}, {.columns = 0, .rows = 0, .title = "one"}), "");
  EXPECT_NE(chart_text({{0, 1e308}, {1, -1e308}, {-1e300, 0}}, {.title = "large"}), "");
}

TEST(Chart, AxisIsWhereItIsAskedToBe) {
  const Chart chart =
      chart_of({{0, 1}, {1, 1}},
               {.columns = 30, .rows = 3, .strokes = Strokes::kAscii, .low = 0, .high = 4, .label = [](double value) {
                  return fmt::format("<{}>", value);
                }});
  ASSERT_EQ(chart.rows.size(), 3U);
  EXPECT_EQ(chart.rows[0].label, "       <4> |");
  EXPECT_EQ(chart.rows[2].label, "       <0> |");
  EXPECT_EQ(chart.rows[0].dots, "");
  EXPECT_EQ(chart.rows[2].dots, std::string(18, '\''));
}

TEST(Sparkline, NewestStandsOnTheRight) {
  const std::vector<std::string> lines =
      sparkline({9, 9, 9, 0, 1, 4}, {.columns = 3, .rows = 2, .strokes = Strokes::kAscii, .low = 0, .high = 4});
  EXPECT_EQ(lines, (std::vector<std::string>{"  :", ".::"}));
}

TEST(Sparkline, NothingAndNoRoomDoNoHarm) {
  EXPECT_EQ(sparkline({}, {.columns = 4, .rows = 2}), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(sparkline({1, 2}, {.columns = 0, .rows = 1}), (std::vector<std::string>{""}));
}

}  // namespace
}  // namespace sennit::drawing

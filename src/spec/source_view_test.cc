#include "spec/source_view.h"

#include <gtest/gtest.h>

#include <random>

namespace sennit::spec {
namespace {

// Where the cursor stands must not matter.
TEST(LineIndex, PlacesInAnyOrderAreThoseOfAFreshIndex) {
  constexpr std::string_view kText = "one\ntwo\r\n\r\nthree\rfour\n\n\nf\xC3\xBCnf\n\rlast";
  std::mt19937 random(1);
  LineIndex moved(kText);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t offset = random() % (kText.size() + 2);
    LineIndex fresh(kText);
    const Span want = fresh.place_of(offset);
    const Span have = moved.place_of(offset);
    ASSERT_EQ(have.line, want.line) << offset;
    ASSERT_EQ(have.column, want.column) << offset;
    const auto line = static_cast<std::uint32_t>(random() % 12);
    const auto column = static_cast<std::uint32_t>(random() % 5);
    ASSERT_EQ(moved.offset_of(line, column), LineIndex(kText).offset_of(line, column)) << line << ":" << column;
  }
}

}  // namespace
}  // namespace sennit::spec

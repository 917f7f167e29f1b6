#include "cli/text/chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace sennit::cli {
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

}  // namespace
}  // namespace sennit::cli

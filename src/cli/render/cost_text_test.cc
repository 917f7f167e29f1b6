#include "cli/render/cost_text.h"

#include <gtest/gtest.h>

namespace sennit::cli {
namespace {

TEST(CostText, SmallAmountsHaveMoreDigits) {
  EXPECT_EQ(money(0), "$0.00");
  EXPECT_EQ(money(0.00421), "$0.0042");
  EXPECT_EQ(money(12.345), "$12.35");
}

TEST(CostText, WhatWasSpent) {
  EXPECT_EQ(cost_text({.per_gpu_hour = 2.5, .gpu_hours = 0.5, .actual = 1.25}),
            "$1.25 for 0.50 GPU-hours (at $2.50 an hour)");
  EXPECT_EQ(cost_text({.gpu_hours = 12, .actual = 60}), "$60.00 for 12.0 GPU-hours (at several prices)");
  EXPECT_EQ(cost_text({.gpu_hours = 12}), "") << "nothing is known of prices";
}

TEST(CostText, WhatIsExpected) {
  EXPECT_EQ(
      estimate_text(
          {.per_gpu_hour = 4.0, .actual = 0.0, .estimated_gpu_hours = 3.1, .estimated = 12.4, .estimate_runs = 5}),
      "$12.40 for 3.10 GPU-hours (at $4.00 an hour; median of 5 runs)");
  EXPECT_EQ(estimate_text({.per_gpu_hour = 4.0, .actual = 0.0}), "not known before the first run (at $4.00 an hour)");
  EXPECT_EQ(estimate_text({}), "");
}

}  // namespace
}  // namespace sennit::cli

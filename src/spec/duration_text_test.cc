#include "spec/duration_text.h"

#include <gtest/gtest.h>

namespace sennit::spec {
namespace {

TEST(DurationText, NamesThePartsThatAreNotZero) {
  struct Case {
    std::int64_t micros;
    std::string compound, readable, seconds;
  };
  const Case cases[] = {
      {0, "0s", "0 seconds", "0s"},
      {999'999, "0s", "0 seconds", "0s"},
      {90'061'500'000, "1d1h1m1s", "1 days, 1 hours, 1 minutes, 1 seconds", "90061s"},
      {86'400'000'000, "1d", "1 days", "86400s"},
      {3'599'000'000, "59m59s", "59 minutes, 59 seconds", "3599s"},
      {-1'000'000, "-1d23h59m59s", "-1 days, 23 hours, 59 minutes, 59 seconds", "-1s"},
      {-500'000, "-1d23h59m59s", "-1 days, 23 hours, 59 minutes, 59 seconds", "0s"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(compound_duration(Micros(c.micros)), c.compound);
    EXPECT_EQ(readable_duration(Micros(c.micros)), c.readable);
    EXPECT_EQ(duration_in_seconds(Micros(c.micros)), c.seconds);
  }
}

}  // namespace
}  // namespace sennit::spec

#include "base/time_text.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

namespace sennit {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(DurationText, FromMillisecondsToDays) {
  EXPECT_EQ(duration_text(milliseconds(35)), "35 ms");
  EXPECT_EQ(duration_text(milliseconds(3250)), "3.2 s");
  EXPECT_EQ(duration_text(milliseconds(59'999)), "59.9 s");
  EXPECT_EQ(duration_text(seconds(125)), "2 m 05 s");
  EXPECT_EQ(duration_text(hours(1) + seconds(120)), "1 h 02 m");
  EXPECT_EQ(duration_text(hours(76)), "3 d 04 h");
  EXPECT_EQ(duration_text(Micros(-5)), "0 ms");
  EXPECT_EQ(duration_text(0.5), "500 ms");
  EXPECT_EQ(limit_text(7200), "2h");
  EXPECT_EQ(limit_text(5400), "1h30m");
  EXPECT_EQ(limit_text(1.5), "1.5s");
  EXPECT_EQ(limit_text(2 * 86400 + 1), "2d1s");
}

TEST(Times, AreLocal) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const Instant at = Instant::from_unix_us(1'795'291'600'150'000);
  EXPECT_EQ(date_time(at), "Nov 21, 2026 20:06 UTC");
  EXPECT_EQ(clock_time(at), "20:06:40");
  EXPECT_EQ(clock_time_ms(at), "20:06:40.150");
  EXPECT_EQ(date_time(Instant()), "-");
}

TEST(Times, ADateIsItsMidnightHere) {
  ::setenv("TZ", "Europe/Berlin", 1);
  ::tzset();
  EXPECT_EQ(midnight_of("2026-11-21"), "2026-11-20T23:00:00Z");
  EXPECT_EQ(midnight_of("2026-07-01"), "2026-06-30T22:00:00Z");
  for (const char* wrong : {"", "2026-11", "2026-11-31", "21.11.2026", "2026-11-21x"})
    EXPECT_FALSE(midnight_of(wrong)) << wrong;
}

}  // namespace
}  // namespace sennit

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "base/time_text.h"
#include "base/utf8.h"
#include "cli/text/json_layout.h"
#include "cli/text/style.h"
#include "cli/text/table.h"

namespace sennit::cli {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(DisplayWidth, WideAndCombiningCharacters) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("训练"), 4U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);
}

TEST(Utf8, FindsTheFirstBadByte) {
  EXPECT_EQ(first_bad_utf8("plain ✓"), std::string_view::npos);
  EXPECT_EQ(first_bad_utf8("ab\xff"), 2U);
  EXPECT_EQ(first_bad_utf8("\xc0\x80"), 0U);      // overlong
  EXPECT_EQ(first_bad_utf8("\xed\xa0\x80"), 0U);  // surrogate
  EXPECT_EQ(first_bad_utf8("x\xe2\x9c"), 1U);     // cut off
}

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

TEST(Table, ColumnsAreAsWideAsTheirWidestCell) {
  Table table({"Task Name", "Status"});
  table.add({{"训练"}, {"RUNNING", Tint::kBusy}});
  table.add({{"a-long-task-name"}, {"COMPLETED"}});
  EXPECT_EQ(table.render(Style::plain()),
            "Task Name          Status\n"
            "============================\n"
            "训练               RUNNING\n"
            "a-long-task-name   COMPLETED\n");
}

TEST(Table, ColoursDoNotMoveColumns) {
  Table table({"A", "B"});
  table.add({{"x", Tint::kGood}, {"y"}});
  EXPECT_EQ(table.render(Style::colored()), "\033[1mA\033[0m   \033[1mB\033[0m\n=====\n\033[32mx\033[0m   y\n");
}

TEST(Indented, SameTokensLaidOut) {
  EXPECT_EQ(
      indented(R"({"a":[1,2],"b":{},"c":[],"d":"x{,\"}:","e":null})"),
      "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": [],\n  \"d\": \"x{,\\\"}:\",\n  \"e\": null\n}\n");
  EXPECT_EQ(indented("{ \"a\" : 1 }"), "{\n  \"a\": 1\n}\n");
  EXPECT_EQ(indented("3"), "3\n");
}

}  // namespace
}  // namespace sennit::cli

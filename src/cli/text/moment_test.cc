#include "cli/text/moment.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "views/json_writer.h"

namespace sennit::cli {
namespace {

class MomentTest : public testing::Test {
 protected:
  MomentTest() {
    ::setenv("TZ", "Europe/Berlin", 1);
    ::tzset();
  }
  ~MomentTest() override {
    ::unsetenv("TZ");
    ::tzset();
  }
  static std::string moment(std::string_view text) {
    const auto at = moment_of(text, *views::parse_instant("2026-11-28T12:00:00Z"));
    return at ? views::format_instant(*at) : "none";
  }
};

TEST_F(MomentTest, InAllItsForms) {
  EXPECT_EQ(moment("2026-11-28T10:00:00Z"), "2026-11-28T10:00:00.000000Z");
  EXPECT_EQ(moment("2026-11-28T10:00:00.25Z"), "2026-11-28T10:00:00.250000Z");
  EXPECT_EQ(moment("2026-11-28T10:00:00+02:00"), "2026-11-28T08:00:00.000000Z");
  EXPECT_EQ(moment("2026-11-28 10:00"), "2026-11-28T09:00:00.000000Z");
  EXPECT_EQ(moment("2026-07-01 10:00:30"), "2026-07-01T08:00:30.000000Z");
  EXPECT_EQ(moment("2026-11-28"), "2026-11-27T23:00:00.000000Z");
  EXPECT_EQ(moment("10:30"), "2026-11-28T09:30:00.000000Z");
  EXPECT_EQ(moment("10m"), "2026-11-28T11:50:00.000000Z");
  EXPECT_EQ(moment("2h30m"), "2026-11-28T09:30:00.000000Z");
  EXPECT_EQ(moment("1d"), "2026-11-27T12:00:00.000000Z");
}

TEST_F(MomentTest, NothingElse) {
  for (const char* text : {"", "x", "10", "m", "10x", "-10m", "2026-13-01", "2026-11-31", "2026-11-28 25:00", "10m "}) {
    EXPECT_EQ(moment(text), "none") << text;
  }
}

}  // namespace
}  // namespace sennit::cli

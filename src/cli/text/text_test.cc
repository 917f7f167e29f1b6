#include <gtest/gtest.h>

#include "base/utf8.h"
#include "cli/text/json_layout.h"
#include "cli/text/style.h"
#include "cli/text/table.h"

namespace sennit::cli {
namespace {

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

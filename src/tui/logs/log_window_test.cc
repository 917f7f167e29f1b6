#include "tui/logs/log_window.h"

#include <gtest/gtest.h>

#include <string>

namespace sennit::tui {
namespace {

using Rows = std::vector<std::string>;

// "1" to "10".
LastLines ten() {
  LastLines lines;
  for (int i = 1; i <= 10; ++i) lines.add(std::to_string(i) + "\n");
  return lines;
}

LogWindow window(int columns, int rows, bool wraps = false, const std::string& filter = "") {
  LogWindow window;
  window.set({.columns = columns, .rows = rows, .wraps = wraps, .filter = filter});
  return window;
}

TEST(LogWindow, StaysWithWhatComes) {
  LastLines lines = ten();
  LogWindow log = window(20, 3);
  EXPECT_EQ(log.rows(lines), (Rows{"8", "9", "10"}));
  EXPECT_EQ(log.first(), 7U);
  lines.add("more\n");
  EXPECT_EQ(log.rows(lines), (Rows{"9", "10", "more"}));
}

TEST(LogWindow, ScrollsByRowsAndFollowsAgainAtTheEnd) {
  LastLines lines = ten();
  LogWindow log = window(20, 3);
  log.rows(lines);
  log.scroll(lines, -2);
  EXPECT_EQ(log.rows(lines), (Rows{"6", "7", "8"}));
  lines.add("more\n");
  EXPECT_EQ(log.rows(lines), (Rows{"6", "7", "8"}));
  log.scroll(lines, 2);
  EXPECT_FALSE(log.is_at_end());
  log.scroll(lines, 1);
  EXPECT_TRUE(log.is_at_end());
  EXPECT_EQ(log.rows(lines), (Rows{"9", "10", "more"}));
  log.scroll(lines, -100);
  EXPECT_EQ(log.rows(lines), (Rows{"1", "2", "3"}));
}

TEST(LogWindow, WhereAllIsInSightItGoesOnFollowing) {
  LastLines lines = ten();
  LogWindow log = window(20, 30);
  log.rows(lines);
  log.scroll(lines, -1);
  EXPECT_TRUE(log.is_at_end());
  LogWindow filtered = window(20, 3, false, "1");
  filtered.scroll(lines, -1);
  EXPECT_TRUE(filtered.is_at_end());
  EXPECT_EQ(filtered.rows(lines), (Rows{"1", "10"}));
}

TEST(LogWindow, WrappedLinesAreScrolledRowByRow) {
  LastLines lines;
  lines.add("one\nabcdefghij\ntwo\n");
  LogWindow log = window(4, 2, true);
  EXPECT_EQ(log.rows(lines), (Rows{"ij", "two"}));
  log.scroll(lines, -1);
  EXPECT_EQ(log.rows(lines), (Rows{"efgh", "ij"}));
  log.scroll(lines, -1);
  EXPECT_EQ(log.rows(lines), (Rows{"abcd", "efgh"}));
  log.scroll(lines, -1);
  EXPECT_EQ(log.rows(lines), (Rows{"one", "abcd"}));
  log.scroll(lines, 2);
  EXPECT_EQ(log.rows(lines), (Rows{"efgh", "ij"}));
  log.scroll(lines, 1);
  EXPECT_TRUE(log.is_at_end());
}

TEST(LogWindow, FilteredLinesAreScrolledAmongThemselves) {
  LastLines lines;
  for (int i = 0; i < 100; ++i) lines.add(i % 10 == 0 ? "Error " + std::to_string(i) + "\n" : "other\n");
  LogWindow log = window(20, 2, false, "error");
  EXPECT_EQ(log.rows(lines), (Rows{"Error 80", "Error 90"}));
  log.scroll(lines, -1);
  EXPECT_EQ(log.rows(lines), (Rows{"Error 70", "Error 80"}));
  log.scroll(lines, -100);
  EXPECT_EQ(log.rows(lines), (Rows{"Error 0", "Error 10"}));
  log.scroll(lines, 1);
  EXPECT_EQ(log.rows(lines), (Rows{"Error 10", "Error 20"}));
}

TEST(LogWindow, FindsOneAfterTheOther) {
  LastLines lines;
  for (int i = 0; i < 30; ++i) lines.add((i % 10 == 5 ? "Hit " : "line ") + std::to_string(i) + "\n");
  LogWindow log = window(20, 3);
  log.rows(lines);
  for (const char* hit : {"Hit 25", "Hit 15", "Hit 5"}) {
    ASSERT_TRUE(log.find(lines, "hit", -1)) << hit;
    EXPECT_EQ(log.rows(lines).front(), hit);
  }
  EXPECT_FALSE(log.find(lines, "hit", -1));
  ASSERT_TRUE(log.find(lines, "hit", 1));
  EXPECT_EQ(log.rows(lines).front(), "Hit 15");
  log.scroll(lines, 20);
  ASSERT_TRUE(log.find(lines, "hit", -1)) << "from what is in sight now";
  EXPECT_EQ(*log.found(), 25U);
}

TEST(LogWindow, WhatIsFoundOnTheLastPageDoesNotStandAlone) {
  LastLines lines = ten();
  LogWindow log = window(20, 3);
  log.rows(lines);
  ASSERT_TRUE(log.find(lines, "9", -1));
  EXPECT_EQ(log.rows(lines), (Rows{"8", "9", "10"}));
  EXPECT_FALSE(log.is_at_end());
  EXPECT_FALSE(log.find(lines, "10", -1));
  ASSERT_TRUE(log.find(lines, "10", 1));
  ASSERT_TRUE(log.find(lines, "9", -1));
  log.scroll(lines, -1);
  EXPECT_EQ(log.rows(lines), (Rows{"7", "8", "9"}));
}

TEST(LogWindow, IsFilteredWhereOneSearches) {
  LastLines lines;
  lines.add("a x\nb\na y\nx\n");
  LogWindow log = window(20, 2, false, "a");
  log.rows(lines);
  ASSERT_TRUE(log.find(lines, "x", -1));
  EXPECT_EQ(*log.found(), 0U);
}

TEST(LogWindow, IsFilteredByWhatIsSeen) {
  LastLines lines;
  lines.add("\x1b[31mSt\x1b[0mep 1\nother\ntab\there\n");
  for (const char* filter : {"step", "STEP 1"}) {
    LogWindow log = window(20, 5, false, filter);
    EXPECT_EQ(log.rows(lines), Rows{"Step 1"}) << filter;
  }
  LogWindow colours = window(20, 5, false, "[31m");
  EXPECT_EQ(colours.rows(lines), Rows{});
  LogWindow tab = window(20, 5, false, "  here");
  EXPECT_EQ(tab.rows(lines), Rows{"tab     here"});
}

TEST(LogWindow, WhatIsDroppedIsNotInSight) {
  LastLines lines;
  LogWindow log = window(20, 2);
  for (std::size_t i = 0; i < LastLines::kMostLines; ++i) lines.add(std::to_string(i) + "\n");
  log.rows(lines);
  log.to_beginning(lines);
  EXPECT_EQ(log.rows(lines), (Rows{"0", "1"}));
  lines.add("a\nb\nc\n");
  EXPECT_EQ(log.rows(lines), (Rows{"3", "4"}));
}

TEST(LogWindow, TheSameLinesOnceMoreAreInTheSamePlace) {
  LastLines lines = ten();
  LogWindow log = window(20, 3);
  log.rows(lines);
  log.scroll(lines, -3);
  log.begin_again(0);
  LastLines again;
  again.add("1\n2\n");
  log.rows(again);
  for (int i = 3; i <= 10; ++i) again.add(std::to_string(i) + "\n");
  EXPECT_EQ(log.rows(again), (Rows{"5", "6", "7"}));
}

TEST(LogWindow, NothingIsNoTrouble) {
  const LastLines none;
  LogWindow log = window(0, 0, true);
  EXPECT_TRUE(log.rows(none).empty());
  log.scroll(none, -5);
  log.scroll(none, 5);
  log.to_beginning(none);
  EXPECT_FALSE(log.find(none, "a", 1));
  EXPECT_FALSE(log.find(none, "a", -1));
  EXPECT_TRUE(log.rows(none).empty());
}

}  // namespace
}  // namespace sennit::tui

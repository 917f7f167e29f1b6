#include "tui/parts/boxes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tui/terminal/seed_fixture.h"

namespace sennit::tui {
namespace {

using Lines = std::vector<std::string>;

std::string box_text(int width, int height, std::string_view title, std::string_view right = {}, bool ascii = false) {
  Frame frame(width, height);
  const Theme theme = standard_theme(ascii);
  box(Pane(frame), theme, theme.border, title, right);
  return frame.text();
}

TEST(Box, BoldOneHasHeavyLines) {
  for (const bool ascii : {false, true}) {
    Frame frame(4, 3);
    const Theme theme = standard_theme(ascii);
    box(Pane(frame), theme, theme.border.with(Attribute::kBold), "");
    EXPECT_EQ(frame.text(), ascii ? "#==#\n#  #\n#==#\n" : "┏━━┓\n┃  ┃\n┗━━┛\n");
  }
}

TEST(Box, HasATitleAndARightOne) {
  EXPECT_EQ(box_text(24, 3, "Job: a", "RUNNING"),
            "┌─ Job: a ─── RUNNING ─┐\n"
            "│                      │\n"
            "└──────────────────────┘\n");
}

TEST(Box, InAsciiToo) { EXPECT_EQ(box_text(12, 3, "Log", "", true), "+- Log ----+\n|          |\n+----------+\n"); }

TEST(Box, ALongTitleIsCutBeforeTheRightOne) {
  EXPECT_EQ(box_text(24, 2, "Job: a-long-name", "RUNNING"),
            "┌─ Job: a-… ─ RUNNING ─┐\n"
            "└──────────────────────┘\n");
}

TEST(Box, TitleFromOutsideMovesNothing) {
  EXPECT_EQ(box_text(20, 2, "\033[2J训练").substr(0, 3 + 3), "┌─");
  EXPECT_NE(box_text(20, 2, "\033[2J训练").find("\\x1b[2J训练"), std::string::npos);
}

TEST(Box, InsideIsWhatIsLeft) {
  const Theme theme = standard_theme(false);
  for (int width = 0; width < 8; ++width) {
    for (int height = 0; height < 5; ++height) {
      Frame frame(width, height);
      const Pane inside = box(Pane(frame), theme, theme.border, "title", "right");
      EXPECT_EQ(inside.width(), width < 2 || height < 2 ? 0 : width - 2);
      EXPECT_EQ(inside.height(), width < 2 || height < 2 ? 0 : height - 2);
    }
  }
}

std::string bar(double part, int columns, bool ascii = false) {
  Frame frame(12, 1);
  const Theme theme = standard_theme(ascii);
  progress_bar(Pane(frame), theme, 0, 0, columns, part, theme.good);
  std::string text = frame.text();
  text.pop_back();
  return text;
}

TEST(ProgressBar, IsFullByEighths) {
  EXPECT_EQ(bar(0, 4), "░░░░");
  EXPECT_EQ(bar(0.5, 4), "██░░");
  EXPECT_EQ(bar(0.625, 4), "██▌░");
  EXPECT_EQ(bar(1, 4), "████");
  EXPECT_EQ(bar(0.6, 5, true), "###..");
}

TEST(ProgressBar, WhatIsNoPartIsShownAsOne) {
  EXPECT_EQ(bar(-3, 4), "░░░░");
  EXPECT_EQ(bar(7, 4), "████");
  EXPECT_EQ(bar(std::nan(""), 4), "░░░░");
  EXPECT_EQ(bar(INFINITY, 4), "░░░░");
  EXPECT_EQ(bar(0.5, 0), "");
  EXPECT_EQ(bar(0.5, -2), "");
  EXPECT_EQ(bar(1, 400), "████████████");
}

TEST(Wrapped, BreaksBetweenWords) {
  EXPECT_EQ(wrapped("aaa bbb ccc", 7), (Lines{"aaa bbb", "ccc"}));
  EXPECT_EQ(wrapped("aaa bbb ccc", 6), (Lines{"aaa", "bbb", "ccc"}));
  EXPECT_EQ(wrapped("one\n\ntwo\n", 10), (Lines{"one", "", "two"}));
  EXPECT_EQ(wrapped("", 10), Lines{});
}

TEST(Wrapped, AWordThatIsTooLongIsBroken) { EXPECT_EQ(wrapped("aaaaaaa bb", 3), (Lines{"aaa", "aaa", "a", "bb"})); }

TEST(Wrapped, SpacesBeforeTheFirstWordStay) {
  EXPECT_EQ(wrapped("    aaa", 20), (Lines{"    aaa"}));
  EXPECT_EQ(wrapped("  aaaaaa", 5), (Lines{"  aaa", "aaa"}));
}

TEST(Wrapped, CharactersStayWhole) {
  EXPECT_EQ(wrapped("训练训", 4), (Lines{"训练", "训"}));
  EXPECT_EQ(wrapped("训练", 3), (Lines{"训", "练"}));
  EXPECT_EQ(wrapped("训练", 1), (Lines{"训", "练"}));  // too narrow for any of it
  EXPECT_EQ(wrapped("\xff\xff", 4), (Lines{"\xff", "\xff"}));
  EXPECT_EQ(wrapped("\x1b[m", 6), (Lines{"\x1b[m"}));
  EXPECT_EQ(wrapped("\x1b[m", 5), (Lines{"\x1b[", "m"}));
}

TEST(Wrapped, NothingIsLostAndNothingTooWide) {
  std::mt19937 random(test_seed());
  static constexpr std::string_view kPieces[] = {"a", "bcd", " ", "  ", "训", "e\u0301", "\n", "\xff", "\t"};
  const auto solid = [](std::string_view text) {
    std::string out;
    for (const char byte : text) {
      if (byte != ' ' && byte != '\n') out += byte;
    }
    return out;
  };
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (auto i = random() % 20; i > 0; --i) text += kPieces[random() % std::size(kPieces)];
    const int columns = 4 + static_cast<int>(random() % 8);
    std::string joined;
    for (const std::string& line : wrapped(text, columns)) {
      ASSERT_LE(columns_of(line), columns) << testing::PrintToString(text);
      joined += line;
    }
    ASSERT_EQ(solid(joined), solid(text)) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace sennit::tui

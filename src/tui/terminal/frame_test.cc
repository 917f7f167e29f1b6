#include "tui/terminal/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace sennit::tui {
namespace {

constexpr Look kRed{.fore = {.rgb = 0xFF0000, .basic = 1}};

// What a line of so many columns shows.
std::string shown(std::string_view text, int columns, int x = 0) {
  Frame frame(columns, 1);
  Pane(frame).put(x, 0, text, {});
  std::string line = frame.text();
  line.pop_back();
  return line;
}

TEST(Frame, BeginsEmpty) {
  const Frame frame(3, 2);
  EXPECT_EQ(frame.text(), "\n\n");
  EXPECT_EQ(frame.at(2, 1).text(), " ");
}

TEST(Frame, OfNoSizeHoldsNothing) {
  Frame frame(-1, 5);
  EXPECT_EQ(frame.width(), 0);
  const Pane pane(frame);
  pane.fill(kRed);
  EXPECT_EQ(pane.put(0, 0, "text", kRed), 0);
  EXPECT_EQ(frame.text(), "\n\n\n\n\n");
}

TEST(Frame, OfAsciiHasNothingElse) {
  Frame frame(12, 3, Charset::kAscii);
  const Pane pane(frame);
  EXPECT_EQ(pane.put(0, 0, "a训é🚀e\u0301│", {}), 8);
  pane.put_cut(0, 1, "too long for it", 10, {});
  EXPECT_EQ(pane.put(-1, 2, "训x", {}), 2);
  EXPECT_EQ(frame.text(), "a?????e?\ntoo long ~\n?x\n");
}

TEST(Pane, TextIsCutAtTheRightEdge) {
  EXPECT_EQ(shown("abcdef", 4), "abcd");
  EXPECT_EQ(shown("abcdef", 4, 2), "  ab");
  EXPECT_EQ(shown("abcdef", 4, 9), "");
}

TEST(Pane, TextThatBeginsLeftOfItIsSeenFromItsEdge) {
  EXPECT_EQ(shown("abcdef", 4, -2), "cdef");
  EXPECT_EQ(shown("abc", 4, -7), "");
}

TEST(Pane, LinesThatAreNotThereTakeNothing) {
  Frame frame(4, 2);
  const Pane pane(frame);
  pane.put(0, -1, "above", {});
  pane.put(0, 2, "below", {});
  EXPECT_EQ(frame, Frame(4, 2));
}

TEST(Pane, WideCharactersTakeTwoCells) {
  Frame frame(6, 1);
  EXPECT_EQ(Pane(frame).put(0, 0, "训x", kRed), 3);
  EXPECT_EQ(frame.at(0, 0).text(), "训");
  EXPECT_EQ(frame.at(0, 0).width, 2);
  EXPECT_EQ(frame.at(1, 0).width, 0);
  EXPECT_EQ(frame.at(2, 0).text(), "x");
}

TEST(Pane, AWideCharacterThatDoesNotFitEndsTheText) {
  EXPECT_EQ(shown("a训x", 2), "a");  // not "ax": that would be another name
  EXPECT_EQ(shown("a训x", 3), "a训");
}

TEST(Pane, AWideCharacterCutByTheLeftEdgeIsASpace) { EXPECT_EQ(shown("训x", 4, -1), " x"); }

TEST(Pane, HalfOfAWideCharacterThatIsOverwrittenBecomesASpace) {
  for (const int x : {1, 2}) {
    Frame frame(4, 1);
    const Pane pane(frame);
    pane.put(1, 0, "训", {});
    pane.put(x, 0, "-", {});
    EXPECT_EQ(frame.text(), x == 1 ? " -\n" : "  -\n");
    EXPECT_EQ(frame.at(1, 0).width, 1);
    EXPECT_EQ(frame.at(2, 0).width, 1);
  }
}

TEST(Pane, AWideCharacterAcrossTwoOthersBreaksBoth) {
  Frame frame(4, 1);
  const Pane pane(frame);
  pane.put(0, 0, "训练", {});
  pane.put(1, 0, "字", {});
  EXPECT_EQ(frame.text(), " 字\n");
  EXPECT_EQ(frame.at(3, 0).width, 1);
}

TEST(Pane, WideCharacterAcrossTheEdgeOfAPartIsBrokenOutsideToo) {
  Frame frame(4, 1);
  const Pane pane(frame);
  pane.put(1, 0, "训", {});
  pane.part({2, 0, 2, 1}).put(0, 0, "|", {});
  EXPECT_EQ(frame.text(), "  |\n");
}

TEST(Pane, CombiningMarksJoinTheCharacterBeforeThem) {
  Frame frame(4, 1);
  EXPECT_EQ(Pane(frame).put(0, 0, "e\u0301x", {}), 2);
  EXPECT_EQ(frame.at(0, 0).text(), "e\u0301");
  Pane(frame).put(0, 0, "训\u0301", {});
  EXPECT_EQ(frame.at(0, 0).text(), "训\u0301");
  EXPECT_EQ(frame.at(1, 0).text(), "");
}

TEST(Pane, MarksWithoutBoundAreLeftOut) {
  std::string text = "e";
  for (int i = 0; i < 100; ++i) text += "\u0301";
  Frame frame(4, 1);
  Pane(frame).put(0, 0, text + "x", {});
  EXPECT_EQ(frame.at(0, 0).size, Cell::kMostBytes);
  EXPECT_EQ(frame.at(1, 0).text(), "x");
}

TEST(Pane, MarkAtTheBeginningJoinsNothing) {
  Frame frame(4, 1);
  const Pane pane(frame);
  pane.put(0, 0, "训|", {});
  const Frame before = frame;
  pane.put(0, 0, "\u0301", {});
  pane.part({1, 0, 3, 1}).put(1, 0, "\u0301", {});  // half of the character before it lies outside
  EXPECT_EQ(frame, before);
}

TEST(Pane, ControlCharactersAreWords) {
  EXPECT_EQ(shown("a\033[2Jb\r\n\tc\x7f", 40), "a\\x1b[2Jb\\x0d\\n\\tc\\x7f");
  EXPECT_EQ(shown("\xC2\x9B"
                  "31m",
                  20),
            "\\xc2\\x9b31m");
}

TEST(Pane, BytesThatAreNotUtf8AreWords) { EXPECT_EQ(shown("a\xff\xe8z", 20), "a\\xff\\xe8z"); }

TEST(Pane, WordsAreCutByTheEdgesAsTextIs) {
  EXPECT_EQ(shown("a\xff"
                  "bc",
                  4),
            "a\\xf");
  EXPECT_EQ(shown("\xff"
                  "abc",
                  4, -2),
            "ffab");
}

TEST(Pane, WhatTurnsTheDirectionOrJoinsIsLeftOut) {
  EXPECT_EQ(shown("a\u202Eb\u2066c\u200Fd", 20), "abcd");
  EXPECT_EQ(shown("a\u200Db\uFE0F", 20), "ab");
}

TEST(Pane, ColumnsOfIsWhatPutTakes) {
  for (const std::string_view text : {"", "abc", "训练 x", "e\u0301", "a\033[2J", "\xff\xc3", "a\u202Eb\u200Dc", "🚀"}) {
    Frame frame(100, 1);
    EXPECT_EQ(columns_of(text), Pane(frame).put(0, 0, text, {})) << text;
  }
}

TEST(Pane, PutCutMarksWhatIsMissing) {
  Frame frame(10, 1);
  EXPECT_EQ(Pane(frame).put_cut(1, 0, "abcdef", 4, {}), 5);
  EXPECT_EQ(frame.text(), " abc…\n");
  EXPECT_EQ(Pane(frame).put_cut(1, 0, "abcdef", 0, {}), 1);
  EXPECT_EQ(Pane(frame).put_cut(1, 0, "abcdef", -3, {}), 1);
}

TEST(Pane, PutRightEndsAtTheEdge) {
  Frame frame(10, 1);
  Pane(frame).put_right(0, "训\xff", {});
  EXPECT_EQ(frame.text(), "    训\\xff\n");
}

TEST(Pane, PartsAreCutToWhatThereIs) {
  Frame frame(10, 5);
  const Pane part = Pane(frame).part({8, 3, 10, 10});
  EXPECT_EQ(part.place(), (Rect{8, 3, 2, 2}));
  EXPECT_EQ(part.part({-4, -4, 5, 5}).place(), (Rect{8, 3, 1, 1}));
  EXPECT_EQ(part.part({1, 1, -3, -3}).width(), 0);
  EXPECT_EQ(Pane(frame).part({20, 20, 1, 1}).width(), 0);
  part.put(0, 0, "abc", {});
  EXPECT_EQ(frame.at(8, 3).text(), "a");
  EXPECT_EQ(frame.at(9, 3).text(), "b");
}

TEST(Pane, PaintAndShadeLeaveWhatIsSaid) {
  Frame frame(4, 1);
  const Pane pane(frame);
  pane.put(0, 0, "ab", kRed);
  pane.shade({0, 0, 1, 1}, {.rgb = 0xFF, .basic = 4});
  pane.paint({1, 0, 1, 1}, Look{}.with(Attribute::kBold));
  EXPECT_EQ(frame.text(), "ab\n");
  EXPECT_EQ(frame.at(0, 0).look.fore, kRed.fore);
  EXPECT_EQ(frame.at(0, 0).look.back.basic, 4);
  EXPECT_TRUE(frame.at(1, 0).look.has(Attribute::kBold));
  EXPECT_TRUE(frame.at(1, 0).look.fore.is_default());
}

}  // namespace
}  // namespace sennit::tui

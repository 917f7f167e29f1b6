#include "tui/feed/log_tail.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace sennit::tui {
namespace {

using Strings = std::vector<std::string>;

Strings strings(const LastLines& lines) { return {lines.lines().begin(), lines.lines().end()}; }

Strings lines_of(std::string_view text) {
  LastLines whole;
  whole.add(text);
  LastLines pieces;
  for (const char& byte : text) pieces.add({&byte, 1});
  EXPECT_EQ(strings(pieces), strings(whole)) << "byte by byte";
  return strings(whole);
}

TEST(LastLines, AreWhatStandsBetweenNewlines) {
  EXPECT_EQ(lines_of("one\ntwo\n"), (Strings{"one", "two"}));
  EXPECT_EQ(lines_of("one\n\n\ntwo"), (Strings{"one", "", "", "two"}));
  EXPECT_EQ(lines_of(""), Strings{});
  EXPECT_EQ(lines_of("\n"), Strings{""});
}

TEST(LastLines, BehindACarriageReturnTheLineIsWrittenAnew) {
  EXPECT_EQ(lines_of("10%\r20%\r30%\ndone\n"), (Strings{"30%", "done"}));
  EXPECT_EQ(lines_of("one\r\ntwo\r\r\n"), (Strings{"one", "two"}));  // lines that end so keep what they say
  EXPECT_EQ(lines_of("10%\r"), Strings{"10%"});                      // until something comes
  EXPECT_EQ(lines_of("\rone\n\rtwo"), (Strings{"one", "two"}));
}

TEST(LastLines, WhereTheCursorWasMovedUpTheLineIsWrittenAnew) {
  // As tqdm draws a bar below another one, and as rich draws several.
  EXPECT_EQ(lines_of("outer 0\n\rinner 0\x1b[A\router 1\n\rinner 9\x1b[A\n\ndone\n"),
            (Strings{"outer 1", "inner 9", "done"}));
  EXPECT_EQ(lines_of("said\na 1\nb 1\n\x1b[2Aa 2\nb 2\nend\n"), (Strings{"said", "a 2", "b 2", "end"}));
  EXPECT_EQ(lines_of("a\nb\x1b[1F\x1b[Kc"), (Strings{"\x1b[Kc", "b"}));
  EXPECT_EQ(lines_of("a\nb\n\x1b[99Ac\n"), (Strings{"c", "b"}));  // no further than there is something
  EXPECT_EQ(lines_of("\x1b[Aa\n"), Strings{"a"});
}

TEST(LastLines, OtherSequencesStayWhereTheyAre) {
  EXPECT_EQ(lines_of("\x1b[31mred\x1b[0m \x1b[?25l\x1b]0;title\x07\x1b\x1b[1;2A!\n"),
            Strings{"\x1b[31mred\x1b[0m \x1b[?25l\x1b]0;title\x07\x1b\x1b[1;2A!"});
  EXPECT_EQ(lines_of("cut \x1b[1234567890A\n"), Strings{"cut \x1b[1234567890A"});
}

TEST(LastLines, AreBoundedWhereverTheCursorStands) {
  LastLines lines;
  lines.add("first\nsecond\n\x1b[2A");
  for (std::size_t i = 0; i < 3 * LastLines::kMostLines; ++i) lines.add("x\n");
  EXPECT_EQ(lines.lines().size(), LastLines::kMostLines);
  lines.add("\x1b[9999999A");
  lines.add(std::string(2 * LastLines::kMostBytes, 'y') + "\n");
  EXPECT_LE(lines.lines().size(), LastLines::kMostLines);
}

TEST(LastLines, ALongLineIsCut) {
  LastLines lines;
  for (int i = 0; i < 3; ++i) lines.add(std::string(LastLines::kLongestLine - 1, 'x'));
  lines.add("\nnext\n");
  ASSERT_EQ(lines.lines().size(), 2U);
  EXPECT_EQ(lines.lines()[0].size(), LastLines::kLongestLine);
  EXPECT_EQ(lines.lines()[1], "next");
}

TEST(LastLines, OfManyTheLastAreKept) {
  LastLines lines;
  const std::uint64_t more = 7;
  for (std::uint64_t i = 0; i < LastLines::kMostLines + more; ++i) lines.add(std::to_string(i) + "\n");
  EXPECT_EQ(lines.lines().size(), LastLines::kMostLines);
  EXPECT_EQ(lines.dropped(), more);
  EXPECT_EQ(lines.lines().front(), std::to_string(more));
}

TEST(LastLines, EmptyOnesCountToo) {
  LastLines lines;
  lines.add(std::string(3 * LastLines::kMostLines, '\n'));
  EXPECT_EQ(lines.lines().size(), LastLines::kMostLines);
  EXPECT_EQ(lines.dropped(), 2 * LastLines::kMostLines);
}

TEST(LastLines, HaveABoundForAllOfThem) {
  LastLines lines;
  const std::string line = std::string(LastLines::kLongestLine, 'x') + "\n";
  const std::size_t most = LastLines::kMostBytes / LastLines::kLongestLine;
  for (std::size_t i = 0; i < most + 3; ++i) lines.add(line);
  EXPECT_EQ(lines.lines().size(), most);
  EXPECT_EQ(lines.dropped(), 3U);
}

TEST(LastLines, ReplacedTextDoesNotCount) {
  LastLines lines;
  lines.add("first\n");
  const std::string bar = "\r" + std::string(LastLines::kLongestLine, '#');
  for (std::size_t i = 0; i < 2 * LastLines::kMostBytes / LastLines::kLongestLine; ++i) lines.add(bar);
  EXPECT_EQ(lines.lines().size(), 2U);
  EXPECT_EQ(lines.dropped(), 0U);
}

// Who counts lines (the log's screen) is not thrown back.
TEST(LastLines, WhatComesAllAtOnceIsCountedToo) {
  for (const std::string_view before : {"", "one\ntwo\n", "one\ntwo\nthr"}) {
    const std::string line = std::string(999, 'x') + "\n";
    std::string much;
    while (much.size() <= LastLines::kMostBytes + 100'000) much += line;
    LastLines at_once;
    at_once.add(before);
    at_once.add(much);
    LastLines in_pieces;
    in_pieces.add(before);
    for (std::size_t i = 0; i < much.size(); i += line.size()) in_pieces.add(line);
    EXPECT_EQ(at_once.lines().back(), in_pieces.lines().back());
    EXPECT_EQ(at_once.dropped() + at_once.lines().size(), in_pieces.dropped() + in_pieces.lines().size()) << before;
  }
}

TEST(LastLines, ClearedAreNone) {
  LastLines lines;
  lines.add("one\ntw");
  lines.clear();
  lines.add("three");
  EXPECT_EQ(strings(lines), Strings{"three"});
  EXPECT_EQ(lines.dropped(), 0U);
}

}  // namespace
}  // namespace sennit::tui

#include "logs/shown_line.h"

#include <gtest/gtest.h>

namespace sennit::logs {
namespace {

std::string shown(std::string_view line) {
  std::string out;
  append_shown(out, line);
  return out;
}

TEST(ShownLine, ColoursStayAndEndWithTheLine) {
  EXPECT_EQ(shown("plain\ttext"), "plain\ttext");
  EXPECT_EQ(shown("\x1b[1;31mred"), "\x1b[1;31mred\x1b[0m");
  EXPECT_EQ(shown("\x1b[31mred\x1b[0m again"), "\x1b[31mred\x1b[0m again");
}

TEST(ShownLine, WhatMovesTheCursorOrSpeaksToTheTerminalGoes) {
  EXPECT_EQ(shown("a\x1b[2K\x1b[1Ab"), "ab");
  EXPECT_EQ(shown("a\x1b]0;title\ab"), "ab");
  EXPECT_EQ(shown("a\x1b]52;c;ZXZpbA==\x1b\\b"), "ab");
  EXPECT_EQ(shown("a\x1bPq#0\x1b\\b"), "ab");
  EXPECT_EQ(shown("a\x1b"
                  "cb\x1b(B!"),
            "ab!");
  EXPECT_EQ(shown("a\x1b[?1049hb"), "ab");
  EXPECT_EQ(shown("a\x1b]never ends"), "a");
}

TEST(ShownLine, ColoursGoWhereTheyAreOfNoUse) {
  EXPECT_EQ(without_colours(shown("a\x1b[1;31mred\x1b[0m \x1b[32mgreen")), "ared green");
  EXPECT_EQ(without_colours("plain"), "plain");
}

TEST(ShownLine, NoiseIsShown) {
  EXPECT_EQ(shown(std::string_view("a\0b\xff\a", 5)), "a\\x00b\\xff\\x07");
  EXPECT_EQ(shown("caf\xc3\xa9"), "caf\xc3\xa9");
}

}  // namespace
}  // namespace sennit::logs

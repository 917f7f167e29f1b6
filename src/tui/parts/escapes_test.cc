#include "tui/parts/escapes.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "tui/terminal/seed_fixture.h"

namespace sennit::tui {
namespace {

TEST(WithoutEscapes, TextIsItself) {
  EXPECT_EQ(without_escapes("loss 0.25 训练 🚀"), "loss 0.25 训练 🚀");
  EXPECT_EQ(without_escapes(""), "");
}

TEST(WithoutEscapes, ColoursAndMovesAreLeftOut) {
  EXPECT_EQ(without_escapes("\x1b[1;31mred\x1b[0m \x1b[2Jx\x1b[?25ly\x1b[3 qz"), "red xyz");
}

TEST(WithoutEscapes, SetsOfCharactersAreLeftOut) {
  EXPECT_EQ(without_escapes("\x1b(B\x1b[mplain\x1b)0\x1b%G!"), "plain!");  // what `tput sgr0` prints
  EXPECT_EQ(without_escapes("\x1b=\x1b>\x1b"
                            "7x\x1bM"),
            "x");
}

TEST(WithoutEscapes, StringsAreLeftOutToTheirEnds) {
  EXPECT_EQ(without_escapes("a\x1b]0;title\a b"), "a b");
  EXPECT_EQ(without_escapes("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b"), "alinkb");
  EXPECT_EQ(without_escapes("a\x1bPq#0\x1b\\b\x1b_Gx\x1b\\c\x1b^y\x1b\\d"), "abcd");
  EXPECT_EQ(without_escapes("a\x1b]0;without an end"), "a");
}

TEST(WithoutEscapes, WhatBreaksASequenceOffIsNotPartOfIt) {
  EXPECT_EQ(without_escapes("\x1b[3\x1b[0mtext"), "text");
  EXPECT_EQ(without_escapes("\x1b]0;title\x1b[31mtext"), "text");
  EXPECT_EQ(without_escapes("\x1b[训x"), "训x");
  EXPECT_EQ(without_escapes("\x1b训x"), "训x");
}

TEST(WithoutEscapes, CutSequencesAreLeftOut) {
  for (const std::string_view cut : {"\x1b", "\x1b[", "\x1b[1;3", "\x1b]", "\x1b]52;c;", "\x1b(", "\x1b]x\x1b"})
    EXPECT_EQ(without_escapes("a" + std::string(cut)), "a") << testing::PrintToString(cut);
}

TEST(WithoutEscapes, TabsAreSpacesToTheNextColumnOfEight) {
  EXPECT_EQ(without_escapes("a\tb"), "a       b");
  EXPECT_EQ(without_escapes("12345678\tb"), "12345678        b");
  EXPECT_EQ(without_escapes("é\tb"), "é       b");
  EXPECT_EQ(without_escapes("训\tb\t\x1b[1mc"), "训      b       c");
}

TEST(WithoutEscapes, OtherControlCharactersAreLeftOut) { EXPECT_EQ(without_escapes("a\b\a\rb\x7f\x01"), "ab"); }

TEST(WithoutEscapes, WhateverComesNoControlCharacterIsLeft) {
  std::mt19937 random(test_seed());
  static constexpr std::string_view kPieces[] = {"\x1b", "[",  "]",    "P", "\\",   "\a", "1;2",
                                                 "m",    "\t", "text", "é", "\xff", "("};
  for (int round = 0; round < 5000; ++round) {
    std::string line;
    for (auto i = random() % 16; i > 0; --i) line += kPieces[random() % std::size(kPieces)];
    const std::string text = without_escapes(line);
    for (const char byte : text) {
      ASSERT_FALSE((byte >= 0 && byte < 0x20) || byte == 0x7F) << testing::PrintToString(line);
    }
    ASSERT_EQ(without_escapes(text), text) << testing::PrintToString(line);
  }
}

}  // namespace
}  // namespace sennit::tui

#include "progress/output_reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sennit::progress {
namespace {

class Reading : public ::testing::Test {
 protected:
  std::vector<std::string> lines;
  OutputReader reader{[this](std::string_view line) { lines.emplace_back(line); }};

  void write(std::string_view bytes, std::size_t stream = 0, Micros now = Micros(1)) {
    reader.take(stream, bytes, now);
  }
  using Lines = std::vector<std::string>;
};

TEST_F(Reading, LinesAndRedrawnBarsEndAlike) {
  write("aa\nbb\r\ncc\rdd\b\b\bee\n\n");
  EXPECT_EQ(lines, (Lines{"aa", "bb", "cc", "dd", "ee"}));
}

TEST_F(Reading, ALineMayComeInPiecesOfBothStreams) {
  write("st", 0);
  write("lo", 1);
  write("ep 1\n", 0);
  write("ss 2\n", 1);
  EXPECT_EQ(lines, (Lines{"step 1", "loss 2"}));
}

TEST_F(Reading, TheLastLineNeedsNoEnd) {
  write("step 1");
  EXPECT_TRUE(lines.empty());
  reader.end();
  EXPECT_EQ(lines, (Lines{"step 1"}));
}

TEST_F(Reading, ABarIsSeenBeforeItIsDrawnAnewAndOnce) {
  write("\r 10%");
  EXPECT_TRUE(reader.is_behind());
  reader.settle();
  EXPECT_EQ(lines, (Lines{" 10%"}));
  EXPECT_FALSE(reader.is_behind());
  write("\r 20%");
  EXPECT_EQ(lines.size(), 1U);
  reader.settle();
  write(" and more\n");
  EXPECT_EQ(lines, (Lines{" 10%", " 20%", " 20% and more"}));
  write("step 1");
  EXPECT_FALSE(reader.is_behind()) << "a line that was begun may go on: step 12";
  reader.end();
  EXPECT_EQ(lines.size(), 4U);
}

TEST_F(Reading, ColoursAreLeftOut) {
  write("\x1b[1m12/938\x1b[0m \x1b[32mloss\x1b[0m\n\x1b");
  write("[K\x1b[2Kxx\n\x1b[\n\x1b]0;title\n");
  EXPECT_EQ(lines, (Lines{"12/938 loss", "xx", "0;title"}));
}

TEST_F(Reading, BinaryAndEndlessLinesAreNotLookedAt) {
  write(std::string("a\0b\n", 4));
  for (int i = 0; i < 20; ++i) write(std::string(1000, 'x'));
  write("yy\nzz\n");
  EXPECT_EQ(lines, (Lines{"zz"}));
}

TEST_F(Reading, OfTooMuchAtOnceTheEndIsRead) {
  std::string flood;
  for (int i = 0; i < 200000; ++i) flood += "step " + std::to_string(i) + "\n";
  write(flood);
  EXPECT_TRUE(lines.empty());
  EXPECT_TRUE(reader.is_behind());
  reader.settle();
  EXPECT_FALSE(reader.is_behind());
  ASSERT_FALSE(lines.empty());
  EXPECT_LT(lines.size(), 1000U);
  EXPECT_EQ(lines.back(), "step 199999");
}

TEST_F(Reading, InTheNextWindowItGoesOnWhereItIs) {
  write("first\n");
  for (int i = 0; i < 100; ++i) write(std::string(4000, '.') + "\nstep " + std::to_string(i));
  lines.clear();
  write("0 of 2000\nlast\n", 0, Micros(1) + kWindow);
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines[lines.size() - 2], "step 990 of 2000");
  EXPECT_EQ(lines.back(), "last");
}

TEST_F(Reading, WhatWasCutOffIsNoLine) {
  write("st");
  write(std::string(2 * kBytesPerWindow, 'x'));
  write("ep 5\nstep 6\n");
  reader.settle();
  EXPECT_EQ(lines, (Lines{"step 6"}));
}

}  // namespace
}  // namespace sennit::progress

#include "client/log_frames.h"

#include <gtest/gtest.h>

namespace sennit::client {
namespace {

class LogFramesTest : public testing::Test {
 protected:
  bool feed(std::string_view chunk) {
    return frames_
        .feed(chunk,
              [this](std::string_view text) {
                shown_ += text;
                return true;
              })
        .ok();
  }
  LogFrames frames_;
  std::string shown_;
};

TEST_F(LogFramesTest, TextIsShownAndItsPlaceKept) {
  EXPECT_EQ(frames_.cursor(), "");
  EXPECT_TRUE(feed("4 3 0 4 4 0 0\none\n2 7 1 2 2 0 0\nx\n"));
  EXPECT_EQ(shown_, "one\nx\n");
  EXPECT_EQ(frames_.cursor(), "3 0 4 4 0 0\n7 1 2 2 0 0\n");
  EXPECT_TRUE(feed("2 3 0 6 6 0 0\ny\n"));
  EXPECT_EQ(frames_.cursor(), "3 0 6 6 0 0\n7 1 2 2 0 0\n");
}

TEST_F(LogFramesTest, AFrameThatIsCutIsNotShown) {
  const std::string frame = "4 3 0 4 4 0 0\none\n";
  for (std::size_t i = 0; i < frame.size(); ++i) EXPECT_TRUE(feed(frame.substr(i, 1)));
  EXPECT_EQ(shown_, "one\n");
  EXPECT_TRUE(feed("4 3 0 8 8 0 0\ntw"));
  frames_.cut();
  EXPECT_EQ(shown_, "one\n");
  EXPECT_EQ(frames_.cursor(), "3 0 4 4 0 0\n");
  EXPECT_TRUE(feed("4 3 0 8 8 0 0\ntwo\n"));
  EXPECT_EQ(shown_, "one\ntwo\n");
}

TEST_F(LogFramesTest, WhatIsOverTakesLittleRoom) {
  for (const int task : {0, 1, 2, 9, 4, 3, 5, 6, 8}) EXPECT_TRUE(feed("0 " + std::to_string(task) + " 0 done\n"));
  EXPECT_TRUE(feed("0 1 1 done\n"));
  EXPECT_EQ(frames_.cursor(), "0-6 0 done\n8-9 0 done\n1-1 1 done\n");
  EXPECT_TRUE(feed("0 7 0 done\n"));
  EXPECT_EQ(frames_.cursor(), "0-9 0 done\n1-1 1 done\n");
}

TEST_F(LogFramesTest, SomethingElseIsAnError) {
  EXPECT_FALSE(feed("a log\n"));
  EXPECT_FALSE(LogFrames().feed(std::string(500, 'x'), [](std::string_view) { return true; }).ok());
}

}  // namespace
}  // namespace sennit::client

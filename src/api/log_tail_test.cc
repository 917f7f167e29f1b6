#include "api/log_tail.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace sennit::api {
namespace {

class LogTail : public testing::Test {
 protected:
  LogTail() {
    std::string name = std::filesystem::temp_directory_path() / "sennit-tail-XXXXXX";
    layout_.dir = ::mkdtemp(name.data());
    layout_.log = layout_.dir + "/log";
    layout_.index = layout_.dir + "/log.idx";
  }
  ~LogTail() override { std::filesystem::remove_all(layout_.dir); }

  std::vector<std::string> tail_of(const std::string& text) {
    std::ofstream(layout_.log, std::ios::binary) << text;
    return last_lines(layout_);
  }

  logs::RunLayout layout_;
};

TEST_F(LogTail, IsTheLastLines) {
  std::string text;
  for (int i = 1; i <= 25; ++i) text += "line " + std::to_string(i) + "\n";
  const std::vector<std::string> lines = tail_of(text);
  EXPECT_EQ(lines.size(), kTailLines);
  EXPECT_EQ(lines.front(), "line 16");
  EXPECT_EQ(lines.back(), "line 25");
}

TEST_F(LogTail, OfALongLineIsItsEnd) {
  const std::vector<std::string> lines = tail_of(std::string(100'000, 'x') + "end");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_LE(lines[0].size(), kTailBytes + std::string("…").size());
  EXPECT_TRUE(lines[0].starts_with("…") && lines[0].ends_with("xend")) << lines[0];
}

TEST_F(LogTail, CannotTouchTheTerminal) {
  EXPECT_EQ(tail_of("a\033[2Jb\n\n\xff\n"), (std::vector<std::string>{"a\\x1b[2Jb", "\\xff"}));
}

TEST_F(LogTail, OfAProgressBarIsItsLastState) {
  EXPECT_EQ(tail_of("1%\r50%\r100%\r\n"), std::vector<std::string>{"100%"});
}

TEST_F(LogTail, OfNothingIsNothing) {
  EXPECT_TRUE(last_lines(layout_).empty());
  EXPECT_TRUE(tail_of("").empty());
}

}  // namespace
}  // namespace sennit::api

#include "cli/follow/block.h"

#include <gtest/gtest.h>

#include <string>

#include "base/utf8.h"

namespace sennit::cli {
namespace {

class Block : public testing::Test {
 protected:
  static Instant at(int seconds) { return Instant::from_unix_us(std::int64_t{1'795'291'600 + seconds} * 1'000'000); }

  void tell(int second, std::string kind, std::string task = {}, std::string status = {}, std::string gpus = {}) {
    views::EventView event{.seq = ++seq_, .at = at(second)};
    event.kind = std::move(kind);
    event.task = std::move(task);
    event.status = std::move(status);
    event.gpus = std::move(gpus);
    tally_.take(event);
  }

  void run(int second, const std::string& task, const std::string& gpus = {}) {
    if (!gpus.empty()) tell(second, "placed", task, "INITIALIZING", gpus);
    tell(second, "started", task, "RUNNING");
  }

  // As a terminal without colours shows it; each line is as wide as it says, and leaves a column free.
  std::string drawn(const BlockLook& look, int now = 65) const {
    std::string text;
    for (const BlockLine& line : block_lines(tally_, at(now), look)) {
      EXPECT_LT(line.width, look.columns) << line.text;
      EXPECT_EQ(display_width(line.text), line.width) << line.text;
      text += line.text + "\n";
    }
    return text;
  }

  Tally tally_{"digits-3", 40};
  std::uint64_t seq_ = 0;
};

// 12 done, 1 failed, 3 that run, one of which has two GPUs.
class BusyBlock : public Block {
 protected:
  BusyBlock() {
    tell(0, "submitted");
    tell(0, "workflow", "", "RUNNING");
    for (int n = 0; n < 12; ++n) tell(1, "ended", "p" + std::to_string(n), "COMPLETED");
    tell(1, "ended", "p12", "FAILED");
    run(5, "train-large", "0,1");
    run(60, "eval");
    run(61, "report-of-everything-that-was-found");
  }
};

TEST_F(BusyBlock, AtEightyColumns) {
  EXPECT_EQ(drawn({.columns = 80}),
            "digits-3  RUNNING  1 m 05 s\n"
            "██████░░░░░░░░░░░░░░ 13/40  12 done, 1 failed, 3 running, 24 waiting\n"
            "  train-large                          1 m 00 s  GPU 0,1\n"
            "  eval                                      5 s\n"
            "  report-of-everything-that-was-found       4 s\n");
}

TEST_F(BusyBlock, AtFortyColumns) {
  EXPECT_EQ(drawn({.columns = 40}),
            "digits-3  RUNNING  1 m 05 s\n"
            "██████████░░░░░░░░░░░░░░░░░░░░░░░ 13/40\n"
            "12 done, 1 failed, 3 running\n"
            "  train-large         1 m 00 s  GPU 0,1\n"
            "  eval                     5 s\n"
            "  report-of…as-found       4 s\n");
}

TEST_F(BusyBlock, AtTwoHundredColumns) {
  EXPECT_EQ(drawn({.columns = 200}),
            "digits-3  RUNNING  1 m 05 s\n"
            "█████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░ 13/40  12 done, 1 failed, 3 running, 24 waiting\n"
            "  train-large                          1 m 00 s  GPU 0,1\n"
            "  eval                                      5 s\n"
            "  report-of-everything-that-was-found       4 s\n");
}

TEST_F(BusyBlock, InAscii) {
  EXPECT_EQ(drawn({.columns = 40, .charset = drawing::Charset::kAscii}),
            "digits-3  RUNNING  1 m 05 s\n"
            "##########....................... 13/40\n"
            "12 done, 1 failed, 3 running\n"
            "  train-large         1 m 00 s  GPU 0,1\n"
            "  eval                     5 s\n"
            "  report-o...s-found       4 s\n");
}

TEST_F(BusyBlock, ColoursChangeNothingOfTheText) {
  const auto plain = block_lines(tally_, at(65), {.columns = 80});
  const auto colored = block_lines(tally_, at(65), {.columns = 80, .style = Style::colored()});
  ASSERT_EQ(plain.size(), colored.size());
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_EQ(plain[i].width, colored[i].width);
  EXPECT_NE(colored[1].text.find("\033[31m1 failed\033[0m"), std::string::npos) << colored[1].text;
}

TEST_F(BusyBlock, OnNarrowAndLowTerminalsItFitsToo) {
  for (std::size_t columns = 1; columns < 60; ++columns) {
    for (std::size_t rows = 1; rows < 30; ++rows) {
      const auto lines = block_lines(tally_, at(65), {.columns = columns, .rows = rows});
      EXPECT_LE(lines.size(), std::max<std::size_t>(rows / 3, 1)) << columns << "x" << rows;
      for (const BlockLine& line : lines) EXPECT_LE(line.width, std::max<std::size_t>(columns - 1, 1)) << line.text;
    }
  }
}

TEST_F(Block, OfManyTasksTheOldestAreShown) {
  for (int n = 200; n > 0; --n) run(200 - n, "t" + std::to_string(n));
  EXPECT_EQ(drawn({.columns = 40, .rows = 18}, 200),
            "digits-3  PENDING  3 m 20 s\n"
            "░░░░░░░░░░  0/40  200 running\n"
            "  t200  3 m 20 s\n"
            "  t199  3 m 19 s\n"
            "  t198  3 m 18 s\n"
            "  … and 197 more\n");
}

TEST_F(BusyBlock, HowFarTasksSayThatTheyAre) {
  tally_.take_progress("train-large", "step 670/1000 67% loss 0.189");
  tally_.take_progress("eval", "10%\033[2J");
  tally_.take_progress("nobody", "99%");
  EXPECT_EQ(drawn({.columns = 80}),
            "digits-3  RUNNING  1 m 05 s\n"
            "██████░░░░░░░░░░░░░░ 13/40  12 done, 1 failed, 3 running, 24 waiting\n"
            "  train-large                   1 m 00 s  GPU 0,1  step 670/1000 67% loss 0.189\n"
            "  eval                               5 s           10%\\x1b[2J\n"
            "  report-of-ever…hat-was-found       4 s\n");
  EXPECT_EQ(drawn({.columns = 60}),
            "digits-3  RUNNING  1 m 05 s\n"
            "███░░░░░░░░ 13/40  12 done, 1 failed, 3 running, 24 waiting\n"
            "  train-large    1 m 00 s  GPU 0,1  step 670/1000 67% loss…\n"
            "  eval                5 s           10%\\x1b[2J\n"
            "  report…-found       4 s\n");
  tell(70, "rescheduled", "eval", "RESCHEDULED");
  tell(71, "started", "eval", "RUNNING");
  EXPECT_EQ(drawn({.columns = 80}).find("10%"), std::string::npos) << "that was another attempt";
}

TEST_F(Block, WideNamesStandInColumns) {
  run(0, "训练模型");
  run(0, "\U0001f680-launch");
  run(0, "caf\u00e9");
  EXPECT_EQ(drawn({.columns = 60}, 9),
            "digits-3  PENDING  9 s\n"
            "░░░░░░░░░░░░░░░  0/40  3 running, 37 waiting\n"
            "  caf\u00e9       9 s\n"
            "  训练模型   9 s\n"
            "  \U0001f680-launch  9 s\n");
}

TEST_F(Block, NamesCannotMoveTheCursor) {
  tally_ = Tally("evil\033[2J", 1);
  run(0, "a\nb\033[1A");
  const std::string text = drawn({.columns = 60});
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(text.find("a\\nb\\x1b[1A"), std::string::npos) << text;
}

TEST_F(Block, PausedAndCancellingAreSaid) {
  tell(0, "workflow", "", "RUNNING");
  tell(1, "paused");
  EXPECT_NE(drawn({}).find("digits-3  RUNNING (paused)  1 m 05 s\n"), std::string::npos);
  tell(2, "resumed");
  tell(3, "cancel_asked");
  EXPECT_NE(drawn({}).find("digits-3  RUNNING (cancelling)  1 m 05 s\n"), std::string::npos);
}

TEST_F(Block, WhatEndsOrStartsAgainLeavesTheBlock) {
  run(0, "a", "0");
  run(0, "b");
  tell(5, "rescheduled", "a", "RESCHEDULED");
  EXPECT_EQ(tally_.longest_running(9).size(), 1U);
  run(20, "a", "3");
  tell(21, "ended", "b", "COMPLETED");
  EXPECT_EQ(drawn({.columns = 60}, 30),
            "digits-3  PENDING  30 s\n"
            "░░░░░░░░░░░░░░░  1/40  1 done, 1 running, 38 waiting\n"
            "  a  10 s  GPU 3\n");
}

}  // namespace
}  // namespace sennit::cli

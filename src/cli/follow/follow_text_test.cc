#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "cli/follow/lines.h"
#include "cli/follow/tally.h"

namespace sennit::cli {
namespace {

class FollowText : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }

  views::EventView next(std::string kind, std::string task = {}, std::string status = {}) {
    views::EventView event{.seq = ++seq_,
                           .at = Instant::from_unix_us((1'795'291'600 + static_cast<std::int64_t>(seq_)) * 1'000'000)};
    event.kind = std::move(kind);
    event.workflow = "digits-3";
    event.task = std::move(task);
    event.status = std::move(status);
    return event;
  }

  std::string line(const views::EventView& event) {
    const auto text = change_line(event, tally_, Style::plain());
    tally_.take(event);
    return text.value_or("(nothing)");
  }

  Tally tally_{3};
  std::uint64_t seq_ = 0;
};

TEST_F(FollowText, LinesOfATaskFromStartToEnd) {
  EXPECT_EQ(line(next("submitted")), "(nothing)");
  EXPECT_EQ(line(next("started", "train", "RUNNING")), "20:06:42 train RUNNING");
  views::EventView ended = next("ended", "train", "FAILED");
  ended.exit_code = 7;
  ended.message = "no data";
  EXPECT_EQ(line(ended), "20:06:43 train FAILED after 1.0 s, exit code 7: no data");
}

TEST_F(FollowText, APauseIsSaidWithTheWayOut) {
  views::EventView paused = next("paused");
  paused.message = "by ada: backup";
  EXPECT_EQ(line(paused), "20:06:41 digits-3 is paused, by ada: backup; to go on: sennit resume digits-3");
  EXPECT_EQ(line(next("paused", "train")), "20:06:42 train is paused; to go on: sennit resume digits-3 train");
  EXPECT_EQ(line(next("resumed", "train")), "20:06:43 train goes on");
}

TEST_F(FollowText, LaterTryIsNamed) {
  line(next("started", "train", "RUNNING"));
  views::EventView again = next("rescheduled", "train", "RESCHEDULED");
  again.exit_code = 1;
  EXPECT_EQ(line(again), "20:06:42 train runs again, exit code 1");
  views::EventView second = next("started", "train", "RUNNING");
  second.retry_id = 1;
  EXPECT_EQ(line(second), "20:06:43 train (try 2) RUNNING");
}

TEST_F(FollowText, CountsFollowTheEvents) {
  for (const char* task : {"a", "b"}) tally_.take(next("started", task, "RUNNING"));
  EXPECT_EQ(tally_.counts().running, 2U);
  EXPECT_EQ(tally_.counts().waiting, 1U);
  tally_.take(next("ended", "a", "COMPLETED"));
  tally_.take(next("ended", "b", "FAILED_EXEC_TIMEOUT"));
  tally_.take(next("ended", "c", "FAILED_UPSTREAM"));
  EXPECT_EQ(tally_.counts(), (views::TaskCounts{.total = 3, .completed = 1, .failed = 1, .canceled = 1}));
  EXPECT_EQ(tally_.failures(), std::vector<std::string>{"b"});
}

TEST_F(FollowText, FailuresBeforeAReopeningAreHistory) {
  tally_.take(next("ended", "b", "FAILED"));
  tally_.take(next("workflow", "", "FAILED"));
  tally_.take(next("reopened", "", "PENDING"));
  EXPECT_TRUE(tally_.failures().empty());
  EXPECT_EQ(tally_.status(), "PENDING");
  EXPECT_EQ(tally_.submitted_at(), tally_.last_at());
}

TEST_F(FollowText, CountsOfTheServerWin) {
  views::EventView progress = next("progress");
  progress.seq = 0;
  progress.counts = views::TaskCounts{.total = 1000, .waiting = 400, .running = 100, .completed = 497, .failed = 3};
  tally_.take(progress);
  EXPECT_EQ(progress_line(tally_, 80), "500/1000 done, 3 failed, 100 running");
}

TEST_F(FollowText, ProgressNamesWhatRunsAsFarAsThereIsRoom) {
  tally_.take(next("started", "train", "RUNNING"));
  tally_.take(next("started", "validate", "RUNNING"));
  EXPECT_EQ(progress_line(tally_, 80), "0/3 done, 2 running: train, validate");
  EXPECT_EQ(progress_line(tally_, 30), "0/3 done, 2 running: train, v…");
}

TEST_F(FollowText, SummaryOfAFailure) {
  line(next("submitted"));
  line(next("started", "prepare", "RUNNING"));
  line(next("ended", "prepare", "COMPLETED"));
  line(next("started", "train", "RUNNING"));
  seq_ += 5;
  line(next("ended", "train", "FAILED"));
  line(next("ended", "export", "FAILED_UPSTREAM"));
  line(next("workflow", "", "FAILED"));
  EXPECT_EQ(summary({.workflow = "digits-3", .outputs = "/state/runs/digits-3"}, tally_, Style::plain()),
            "Workflow digits-3 FAILED after 11.0 s\n"
            "  Tasks     1 of 3 completed, 1 failed, 1 not run or cancelled\n"
            "  Failed    train\n"
            "  Slowest   train 6.0 s, prepare 1.0 s\n"
            "  Logs      sennit logs digits-3\n"
            "  Outputs   /state/runs/digits-3\n");
}

TEST_F(FollowText, OnlyTheFirstFailuresAreNamed) {
  Tally tally(100);
  for (int n = 0; n < 30; ++n) tally.take(next("ended", "t" + std::to_string(n), "FAILED"));
  EXPECT_EQ(tally.failures().size(), Tally::kMostFailures);
  EXPECT_NE(summary({.workflow = "w-1", .outputs = {}}, tally, Style::plain()).find("t19 and 10 more\n"),
            std::string::npos);
}

}  // namespace
}  // namespace sennit::cli

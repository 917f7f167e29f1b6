#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include "cli/follow/lines.h"
#include "cli/follow/summary.h"
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

  views::EventView failed(std::string task, int exit_code, std::string message) {
    views::EventView event = next("ended", std::move(task), "FAILED");
    event.exit_code = exit_code;
    event.message = std::move(message);
    return event;
  }

  std::string line(const views::EventView& event) {
    const auto text = change_line(event, tally_, Style::plain());
    tally_.take(event);
    return text.value_or("(nothing)");
  }

  Tally tally_{"digits-3", 3};
  std::uint64_t seq_ = 0;
};

TEST_F(FollowText, LinesOfATaskFromStartToEnd) {
  EXPECT_EQ(line(next("submitted")), "(nothing)");
  EXPECT_EQ(line(next("started", "train", "RUNNING")), "20:06:42 digits-3 [0/3] train RUNNING");
  views::EventView ended = next("ended", "train", "FAILED");
  ended.exit_code = 7;
  ended.message = "no data";
  EXPECT_EQ(line(ended), "20:06:43 digits-3 [1/3] train FAILED after 1.0 s, exit code 7: no data");
}

TEST_F(FollowText, APauseIsSaidWithTheWayOut) {
  views::EventView paused = next("paused");
  paused.message = "by ada: backup";
  EXPECT_EQ(line(paused), "20:06:41 digits-3 [0/3] is paused, by ada: backup; to go on: sennit resume digits-3");
  EXPECT_TRUE(tally_.is_paused());
  EXPECT_EQ(line(next("paused", "train")),
            "20:06:42 digits-3 [0/3] train is paused; to go on: sennit resume digits-3 train");
  EXPECT_EQ(line(next("resumed", "train")), "20:06:43 digits-3 [0/3] train goes on");
  EXPECT_TRUE(tally_.is_paused()) << "the workflow still is";
  EXPECT_EQ(line(next("resumed")), "20:06:44 digits-3 [0/3] goes on");
  EXPECT_FALSE(tally_.is_paused());
}

TEST_F(FollowText, WhoCancelsIsSaid) {
  views::EventView asked = next("cancel_asked");
  asked.message = "by ada: wrong data";
  EXPECT_EQ(line(asked), "20:06:41 digits-3 [0/3] is being cancelled, by ada: wrong data");
}

TEST_F(FollowText, CountsOfAPrefixStandBelowEachOther) {
  Tally tally("w-1", 120);
  EXPECT_EQ(change_line(next("ended", "a", "COMPLETED"), tally, Style::plain()), "20:06:41 w-1 [  1/120] a COMPLETED");
}

TEST_F(FollowText, LaterTryIsNamed) {
  line(next("started", "train", "RUNNING"));
  views::EventView again = next("rescheduled", "train", "RESCHEDULED");
  again.exit_code = 1;
  EXPECT_EQ(line(again), "20:06:42 digits-3 [0/3] train runs again, exit code 1");
  views::EventView second = next("started", "train", "RUNNING");
  second.retry_id = 1;
  EXPECT_EQ(line(second), "20:06:43 digits-3 [0/3] train (try 2) RUNNING");
}

TEST_F(FollowText, CountsFollowTheEvents) {
  for (const char* task : {"a", "b"}) tally_.take(next("started", task, "RUNNING"));
  EXPECT_EQ(tally_.counts().running, 2U);
  EXPECT_EQ(tally_.counts().waiting, 1U);
  tally_.take(next("ended", "a", "COMPLETED"));
  tally_.take(next("ended", "b", "FAILED_EXEC_TIMEOUT"));
  tally_.take(next("ended", "c", "FAILED_UPSTREAM"));
  EXPECT_EQ(tally_.counts(), (views::TaskCounts{.total = 3, .completed = 1, .failed = 1, .canceled = 1}));
  ASSERT_EQ(tally_.causes().by_tasks().size(), 1U);
  EXPECT_EQ(tally_.causes().by_tasks()[0]->names, std::vector<std::string>{"b"});
}

TEST_F(FollowText, FailuresBeforeAReopeningAreHistory) {
  tally_.take(next("ended", "b", "FAILED"));
  tally_.take(next("workflow", "", "FAILED"));
  tally_.take(next("reopened", "", "PENDING"));
  EXPECT_TRUE(tally_.causes().by_tasks().empty());
  EXPECT_EQ(tally_.status(), "PENDING");
  EXPECT_EQ(tally_.submitted_at(), tally_.last_at());
}

TEST_F(FollowText, CountsOfTheServerWin) {
  views::EventView progress = next("progress");
  progress.seq = 0;
  progress.counts = views::TaskCounts{.total = 1000, .waiting = 400, .running = 100, .completed = 497, .failed = 3};
  tally_.take(progress);
  EXPECT_EQ(progress_line(tally_, progress.at, Style::plain()), "20:06:41 digits-3 [ 500/1000] 3 failed, 100 running");
}

TEST_F(FollowText, ProgressNamesWhatHasRunLongest) {
  for (const char* task : {"z", "train", "validate", "a", "b", "c", "d"}) tally_.take(next("started", task, "RUNNING"));
  EXPECT_EQ(progress_line(tally_, next("").at, Style::plain()),
            "20:06:48 digits-3 [0/3] 7 running: z 7.0 s, train 6.0 s, validate 5.0 s, a 4.0 s, b 3.0 s and 2 more");
}

TEST_F(FollowText, NewsAreWhatGoesWrong) {
  EXPECT_FALSE(is_news(next("started", "a", "RUNNING")));
  EXPECT_FALSE(is_news(next("ended", "a", "COMPLETED")));
  EXPECT_FALSE(is_news(next("ended", "a", "FAILED_UPSTREAM")));
  EXPECT_FALSE(is_news(next("paused", "a")));
  EXPECT_TRUE(is_news(next("ended", "a", "FAILED")));
  EXPECT_TRUE(is_news(next("rescheduled", "a", "RESCHEDULED")));
  EXPECT_TRUE(is_news(next("paused")));
  EXPECT_TRUE(is_news(next("cancel_asked")));
}

TEST_F(FollowText, SummaryOfAFailure) {
  line(next("submitted"));
  line(next("started", "prepare", "RUNNING"));
  line(next("ended", "prepare", "COMPLETED"));
  line(next("started", "train", "RUNNING"));
  seq_ += 5;
  line(failed("train", 7, "no data"));
  line(next("ended", "export", "FAILED_UPSTREAM"));
  line(next("workflow", "", "FAILED"));
  EXPECT_EQ(summary(tally_, "/state/runs/digits-3", Style::plain()),
            "Workflow digits-3 FAILED after 11.0 s\n"
            "  Tasks     1 of 3 completed, 1 failed, 1 not run or cancelled\n"
            "  Failed    train, exit code 7: no data\n"
            "  Errors    sennit errors digits-3\n"
            "  Slowest   train 6.0 s, prepare 1.0 s\n"
            "  Logs      sennit logs digits-3\n"
            "  Outputs   /state/runs/digits-3\n");
}

TEST_F(FollowText, SummaryOfASuccessIsShort) {
  line(next("submitted"));
  line(next("ended", "a", "COMPLETED"));
  line(next("workflow", "", "COMPLETED"));
  EXPECT_EQ(summary(tally_, "", Style::plain()),
            "Workflow digits-3 COMPLETED after 2.0 s\n"
            "  Tasks     1 of 3 completed\n"
            "  Logs      sennit logs digits-3\n");
}

// Two kinds of failure: 412 of the one, which names tasks and numbers, and one of the other.
TEST_F(FollowText, FailuresAreGroupedByTheirCause) {
  tally_ = Tally("w-1", 1000);
  tally_.take(next("ended", "eval", "FAILED_EXEC_TIMEOUT"));
  for (int n = 0; n < 412; ++n) {
    const std::string task = "train-" + std::to_string(n);
    tally_.take(failed(task, 1, task + " lost its host node" + std::to_string(n) + " after 30 s"));
  }
  const std::string text = summary(tally_, "", Style::plain());
  EXPECT_NE(text.find("  Failed    412 tasks, exit code 1: train-0 lost its host node0 after 30 s\n"
                      "              train-0, train-1, train-2, train-3, train-4 and 407 more\n"
                      "            eval, FAILED_EXEC_TIMEOUT\n"
                      "  Errors    sennit errors w-1\n"),
            std::string::npos)
      << text;
}

TEST_F(FollowText, ManyCausesAreBounded) {
  tally_ = Tally("w-1", 1000);
  for (int code = 1; code <= 200; ++code) tally_.take(failed("t" + std::to_string(code), code, std::string(5000, 'x')));
  const std::string text = summary(tally_, "", Style::plain());
  EXPECT_NE(text.find("            192 tasks of other causes\n"), std::string::npos) << text;
  EXPECT_LT(text.size(), 4000U);
  EXPECT_EQ(tally_.causes().others(), 200 - Causes::kMostCauses);
}

TEST_F(FollowText, FailuresThatWereNotSeenAreCounted) {
  views::EventView end = next("end");
  end.counts = views::TaskCounts{.total = 3, .completed = 1, .failed = 2};
  tally_.take(end);
  EXPECT_NE(summary(tally_, "", Style::plain()).find("  Failed    2 tasks\n"), std::string::npos);
}

}  // namespace
}  // namespace sennit::cli

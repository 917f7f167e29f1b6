#include "tui/jobs/job_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sennit::tui {
namespace {

using std::chrono::seconds;

Instant at(int second) { return Instant() + seconds(1'700'000'000 + second); }

views::TaskView task(std::string name, std::string status) {
  views::TaskView task;
  task.name = std::move(name);
  task.status = std::move(status);
  return task;
}

// Two groups with three tasks, told up to event 10.
views::WorkflowView flow() {
  views::WorkflowView flow;
  flow.name = "flow-1";
  flow.status = "RUNNING";
  flow.counts = {.total = 3, .waiting = 2, .running = 1};
  flow.last_event = 10;
  flow.groups.resize(2);
  flow.groups[0].name = "first";
  flow.groups[0].tasks = {task("prepare", "RUNNING"), task("Train", "WAITING")};
  flow.groups[1].name = "second";
  flow.groups[1].tasks = {task("evaluate", "WAITING")};
  return flow;
}

JobList loaded() {
  JobList jobs;
  jobs.load(flow());
  return jobs;
}

views::EventView event(std::uint64_t seq, std::string kind, std::string task, std::string status) {
  views::EventView event;
  event.seq = seq;
  event.at = at(static_cast<int>(seq));
  event.workflow = "flow-1";
  event.kind = std::move(kind);
  event.task = std::move(task);
  event.status = std::move(status);
  return event;
}

TEST(JobList, IsEmptyUntilItIsTold) {
  JobList jobs;
  EXPECT_FALSE(jobs.is_loaded());
  EXPECT_TRUE(jobs.take(event(1, "started", "prepare", "RUNNING")));  // what is asked for tells that too
  EXPECT_TRUE(jobs.jobs().empty());
}

TEST(JobList, TasksStandInTheOrderOfTheFile) {
  const JobList jobs = loaded();
  ASSERT_EQ(jobs.jobs().size(), 3U);
  EXPECT_EQ(jobs.jobs()[1].name, "Train");
  EXPECT_EQ(jobs.jobs()[2].group, "second");
  EXPECT_EQ(jobs.find("evaluate"), &jobs.jobs()[2]);
  EXPECT_EQ(jobs.find("nobody"), nullptr);
}

TEST(JobList, EventsMoveTasksAndCounts) {
  JobList jobs = loaded();
  jobs.take(event(11, "started", "Train", "RUNNING"));
  EXPECT_EQ(jobs.head().counts, (views::TaskCounts{.total = 3, .waiting = 1, .running = 2}));
  EXPECT_EQ(jobs.find("Train")->start_time, at(11));
  jobs.take(event(12, "ended", "prepare", "COMPLETED"));
  jobs.take(event(13, "ended", "Train", "FAILED"));
  jobs.take(event(14, "ended", "evaluate", "FAILED_UPSTREAM"));
  EXPECT_EQ(jobs.head().counts, (views::TaskCounts{.total = 3, .completed = 1, .failed = 1, .canceled = 1}));
  EXPECT_EQ(jobs.find("Train")->end_time, at(13));
}

TEST(JobList, WhatHasEndedTellsHow) {
  JobList jobs = loaded();
  views::EventView ended = event(11, "ended", "prepare", "FAILED");
  ended.exit_code = 3;
  ended.message = "exit code 3";
  jobs.take(ended);
  EXPECT_EQ(jobs.find("prepare")->exit_code, 3);
  EXPECT_EQ(jobs.find("prepare")->reason, "exit code 3");
}

TEST(JobList, WhatRunsAgainHasNoEnd) {
  JobList jobs = loaded();
  jobs.take(event(11, "ended", "prepare", "FAILED"));
  views::EventView again = event(12, "started", "prepare", "RUNNING");
  again.retry_id = 1;
  jobs.take(again);
  EXPECT_FALSE(jobs.find("prepare")->end_time.is_set());
  EXPECT_EQ(jobs.find("prepare")->start_time, at(12));
  EXPECT_EQ(jobs.find("prepare")->retry_id, 1U);
  EXPECT_EQ(jobs.head().counts, (views::TaskCounts{.total = 3, .waiting = 2, .running = 1}));
}

TEST(JobList, ProgressEndsWithTheTask) {
  views::WorkflowView view = flow();
  view.groups[0].tasks[0].progress.emplace().percent = 40;
  JobList jobs;
  jobs.load(view);
  EXPECT_TRUE(jobs.find("prepare")->progress);
  jobs.take(event(11, "ended", "prepare", "COMPLETED"));
  EXPECT_FALSE(jobs.find("prepare")->progress);
}

TEST(JobList, WhatIsKnownAlreadyIsPassedOver) {
  JobList jobs = loaded();
  EXPECT_TRUE(jobs.take(event(10, "ended", "prepare", "COMPLETED")));
  EXPECT_EQ(jobs.find("prepare")->status, "RUNNING");
  jobs.take(event(11, "ended", "prepare", "COMPLETED"));
  jobs.take(event(11, "ended", "prepare", "COMPLETED"));
  EXPECT_EQ(jobs.head().counts.completed, 1U);
}

TEST(JobList, EndOfTheWorkflowIsTheEnd) {
  JobList jobs = loaded();
  jobs.take(event(11, "workflow", "", "COMPLETED"));
  EXPECT_EQ(jobs.head().status, "COMPLETED");
  EXPECT_EQ(jobs.head().end_time, at(11));
}

TEST(JobList, UnknownTasksAreToBeAskedFor) {
  JobList jobs = loaded();
  EXPECT_FALSE(jobs.take(event(11, "started", "new", "RUNNING")));
  EXPECT_EQ(jobs.head().counts, flow().counts);
  EXPECT_TRUE(jobs.take(event(0, "progress", "", "")));
}

TEST(JobList, LoadingForgetsWhatWasKnown) {
  JobList jobs = loaded();
  views::WorkflowView less = flow();
  less.groups.pop_back();
  jobs.load(less);
  EXPECT_EQ(jobs.jobs().size(), 2U);
  EXPECT_EQ(jobs.find("evaluate"), nullptr);
}

TEST(JobList, FilterLooksAtNameGroupAndStatusInEitherCase) {
  const JobList jobs = loaded();
  using Rows = std::vector<std::size_t>;
  EXPECT_EQ(jobs.matching(""), (Rows{0, 1, 2}));
  EXPECT_EQ(jobs.matching("train"), (Rows{1}));
  EXPECT_EQ(jobs.matching("SECOND"), (Rows{2}));
  EXPECT_EQ(jobs.matching("waiting"), (Rows{1, 2}));
  EXPECT_EQ(jobs.matching("nothing"), Rows{});
}

TEST(Standing, FollowsTheStatus) {
  EXPECT_EQ(standing_of("WAITING"), Standing::kWaiting);
  EXPECT_EQ(standing_of("SCHEDULING"), Standing::kReady);
  EXPECT_EQ(standing_of("RUNNING"), Standing::kRunning);
  EXPECT_EQ(standing_of("COMPLETED"), Standing::kCompleted);
  EXPECT_EQ(standing_of("FAILED_EXEC_TIMEOUT"), Standing::kFailed);
  EXPECT_EQ(standing_of("FAILED_CANCELED"), Standing::kCanceled);
  EXPECT_EQ(standing_of("of a newer server"), Standing::kWaiting);
}

TEST(Standing, EachHasASignOfItsOwn) {
  for (const bool ascii : {false, true}) {
    std::vector<std::string_view> signs;
    for (int i = 0; i < 6; ++i) signs.push_back(sign_of(static_cast<Standing>(i), ascii));
    for (std::size_t i = 0; i < signs.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) EXPECT_NE(signs[i], signs[k]);
      EXPECT_TRUE(!ascii || signs[i].size() == 1U);
    }
  }
}

}  // namespace
}  // namespace sennit::tui

#include "tui/jobs/job_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sennit::tui {
namespace {

views::TaskView task(std::string name, std::string status) {
  views::TaskView task;
  task.name = std::move(name);
  task.status = std::move(status);
  return task;
}

// Two groups with three tasks.
views::WorkflowView flow() {
  views::WorkflowView flow;
  flow.name = "flow-1";
  flow.status = "RUNNING";
  flow.counts = {.total = 3, .waiting = 2, .running = 1};
  flow.groups.resize(2);
  flow.groups[0].name = "first";
  flow.groups[0].tasks = {task("prepare", "RUNNING"), task("Train", "WAITING")};
  flow.groups[1].name = "second";
  flow.groups[1].tasks = {task("evaluate", "WAITING")};
  return flow;
}

JobList loaded() {
  JobList jobs;
  jobs.tell(flow());
  return jobs;
}

// A piece about one task.
views::WorkflowView piece(std::string group, views::TaskView task) {
  views::WorkflowView piece = flow();
  piece.groups = {{.name = std::move(group), .tasks = {std::move(task)}}};
  return piece;
}

TEST(JobList, IsEmptyUntilItIsTold) {
  const JobList jobs;
  EXPECT_FALSE(jobs.is_loaded());
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

TEST(JobList, PieceChangesWhatItTells) {
  JobList jobs = loaded();
  views::WorkflowView more = piece("first", task("Train", "RUNNING"));
  more.counts = {.total = 3, .waiting = 1, .running = 2};
  more.status = "PENDING";
  EXPECT_FALSE(jobs.tell(more));
  ASSERT_EQ(jobs.jobs().size(), 3U);
  EXPECT_EQ(jobs.find("Train")->status, "RUNNING");
  EXPECT_EQ(jobs.find("prepare")->status, "RUNNING");
  EXPECT_EQ(jobs.find("evaluate")->status, "WAITING");
  EXPECT_EQ(jobs.head().counts, more.counts);
  EXPECT_EQ(jobs.head().status, "PENDING");
}

TEST(JobList, PieceOfNewTasksIsAddedBehind) {
  JobList jobs = loaded();
  EXPECT_TRUE(jobs.tell(piece("third", task("publish", "WAITING"))));
  ASSERT_EQ(jobs.jobs().size(), 4U);
  EXPECT_EQ(jobs.find("publish"), &jobs.jobs()[3]);
  EXPECT_EQ(jobs.jobs()[3].group, "third");
}

TEST(JobList, ToldAgainIsTheSame) {
  JobList jobs = loaded();
  EXPECT_FALSE(jobs.tell(flow()));
  EXPECT_EQ(jobs.jobs().size(), 3U);
}

TEST(JobList, TotalsAreThoseOfWhatRuns) {
  JobList jobs = loaded();
  views::TaskView train = task("Train", "RUNNING");
  train.load = views::LoadView{.cpus = 2, .memory = 1000};
  train.progress = views::ProgressView{.percent = 40, .loss = 0.5};
  jobs.tell(piece("first", train));
  EXPECT_EQ(jobs.totals().cpus, 2);
  EXPECT_EQ(jobs.totals().percent, 40);
  train.status = "COMPLETED";
  jobs.tell(piece("first", train));
  EXPECT_EQ(jobs.totals().cpus, 0);
  EXPECT_EQ(jobs.totals().with_percent, 0);
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

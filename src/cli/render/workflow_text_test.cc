#include "cli/render/workflow_text.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

namespace sennit::cli {
namespace {

Instant at(std::int64_t seconds) { return Instant::from_unix_us((1'795'291'600 + seconds) * 1'000'000); }

class WorkflowText : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

views::TaskView task(std::string name, std::string status) {
  views::TaskView view;
  view.name = std::move(name);
  view.status = std::move(status);
  return view;
}

views::WorkflowView digits() {
  views::WorkflowView view;
  view.name = "digits-3";
  view.status = "FAILED";
  view.submitted_by = "ada";
  view.submit_time = at(0);
  view.duration = 4.5;
  view.labels = {{"team", "ml"}};
  view.outputs = "/state/runs/digits-3";
  view.counts = {.total = 2, .completed = 1, .failed = 1};
  views::TaskView prepare = task("prepare", "COMPLETED");
  prepare.start_time = at(1);
  prepare.end_time = at(2);
  prepare.exit_code = 0;
  views::TaskView train = task("train", "FAILED");
  train.start_time = at(2);
  train.end_time = at(4);
  train.exit_code = 7;
  train.retry_id = 1;
  train.reason = "exit code 7";
  train.gpus = "0,1";
  train.usage = views::UsageView{.max_memory = 3ULL << 29, .cpu_seconds = 0.25};
  view.groups = {{.name = "prepare-group", .tasks = {prepare}}, {.name = "train-group", .tasks = {train}}};
  return view;
}

constexpr std::string_view kFacts =
    "--------------------------------------------------------------------\n"
    "\n"
    "Workflow ID : digits-3\n"
    "Status      : FAILED\n"
    "User        : ada\n"
    "Submit Time : Nov 21, 2026 20:06 UTC\n"
    "Duration    : 4.5 s\n"
    "Labels      : team=ml\n"
    "Tasks       : 2 in all, 1 completed, 1 failed\n"
    "Outputs     : /state/runs/digits-3\n"
    "\n";

TEST_F(WorkflowText, StatusIsFactsAndTasksWithReasons) {
  EXPECT_EQ(status_text(digits(), Detail::kNormal, Style::plain()),
            std::string(kFacts) +
                "Task Name   Start Time               Duration   Status      Reason\n"
                "=======================================================================\n"
                "prepare     Nov 21, 2026 20:06 UTC   1.0 s      COMPLETED\n"
                "train       Nov 21, 2026 20:06 UTC   2.0 s      FAILED      exit code 7\n");
}

TEST_F(WorkflowText, APauseIsAFactAndAMarkAtTheStatus) {
  views::WorkflowView view = digits();
  view.paused_at = at(60);
  view.paused_by = "ada";
  view.pause_message = "backup";
  view.groups[1].tasks[0].status = "RUNNING";
  view.groups[1].tasks[0].paused_at = at(61);
  const std::string text = status_text(view, Detail::kNormal, Style::plain());
  EXPECT_NE(text.find("Paused      : by ada since Nov 21, 2026 20:07 UTC: backup\n"), std::string::npos) << text;
  EXPECT_NE(text.find("RUNNING (paused)"), std::string::npos) << text;
}

TEST_F(WorkflowText, WideStatusHasMoreColumns) {
  const std::string text = status_text(digits(), Detail::kWide, Style::plain());
  EXPECT_NE(
      text.find("Task Name   Retry ID   Start Time               Duration   Status      Memory    CPU Time   Exit   "
                "GPUs   Node"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("prepare     0          Nov 21, 2026 20:06 UTC   1.0 s      COMPLETED   -         -          0"),
            std::string::npos)
      << text;
  EXPECT_NE(
      text.find("train       1          Nov 21, 2026 20:06 UTC   2.0 s      FAILED      1.5 GiB   250 ms     7      "
                "0,1"),
      std::string::npos)
      << text;
}

TEST_F(WorkflowText, LongWorkflowShowsWhatRunsAndWhatFailed) {
  views::WorkflowView view = digits();
  view.groups.assign(1, {.name = "g", .tasks = std::vector<views::TaskView>(300, task("t", "COMPLETED"))});
  view.groups[0].tasks[7] = task("odd", "FAILED");
  view.groups[0].tasks[9] = task("even", "RUNNING");
  const std::string text = status_text(view, Detail::kNormal, Style::plain());
  EXPECT_NE(text.find("\nodd "), std::string::npos);
  EXPECT_NE(text.find("\neven "), std::string::npos);
  EXPECT_NE(text.find("\n298 more tasks; -v shows all\n"), std::string::npos) << text;
  EXPECT_EQ(status_text(view, Detail::kVerbose, Style::plain()).find("more tasks"), std::string::npos);
}

TEST_F(WorkflowText, VerboseStatusHasPhasesAndReasons) {
  views::WorkflowView view = digits();
  views::TaskView& train = view.groups[1].tasks[0];
  train.retry_id = 0;
  train.processing_start_time = at(1);
  train.scheduling_start_time = at(1);
  train.initializing_start_time = at(1);
  train.input_download_start_time = train.input_download_end_time = at(2);
  train.end_time = train.output_upload_end_time = at(4);
  train.output_upload_start_time = at(3);
  train.why = views::WhyView{.subject = "digits-3/train",
                             .status = "FAILED",
                             .cause = "failed",
                             .headline = "train failed with exit code 7",
                             .details = {"process 42, ran for 1s: python train.py"},
                             .hint = "sennit logs digits-3 train",
                             .log_task = "train",
                             .log_retry_id = 1,
                             .log_lines = {"no such file"}};
  const std::string text = status_text(view, Detail::kVerbose, Style::plain());
  EXPECT_NE(text.find("Task Name   Retry ID   Submitted   Waiting   Scheduling   Initializing   Download   Running   "
                      "Upload   End\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\ntrain       0          20:06:40    1.0 s     0 ms         1.0 s          0 ms       1.0 s     "
                      "1.0 s    20:06:44\n"),
            std::string::npos)
      << text;
  EXPECT_TRUE(
      text.ends_with("digits-3/train: FAILED\n"
                     "train failed with exit code 7\n"
                     "  - process 42, ran for 1s: python train.py\n"
                     "  last lines of the log of train, try 2:\n"
                     "    | no such file\n"
                     "Next: sennit logs digits-3 train\n"))
      << text;
}

TEST_F(WorkflowText, NamesCannotTouchTheTerminal) {
  views::WorkflowView view = digits();
  view.name = "a\033[2J";
  view.groups[0].tasks[0].name = "b\nc";
  const std::string text = status_text(view, Detail::kNormal, Style::plain());
  EXPECT_EQ(text.find('\033'), std::string::npos);
  EXPECT_NE(text.find("b\\nc"), std::string::npos);
}

TEST_F(WorkflowText, ListHasTheNewestAtTheBottom) {
  views::WorkflowList list;
  list.workflows = {
      {.user = "ada", .name = "b-2", .submit_time = at(60), .status = "RUNNING", .priority = "NORMAL"},
      {.user = "ada", .name = "a-1", .submit_time = at(0), .duration = 2.5, .status = "COMPLETED", .priority = "LOW"}};
  EXPECT_EQ(list_text(list, Detail::kNormal, Style::plain()),
            "User   Workflow ID   Submit Time              Duration   Status      Priority   Labels\n"
            "======================================================================================\n"
            "ada    a-1           Nov 21, 2026 20:06 UTC   2.5 s      COMPLETED   LOW        -\n"
            "ada    b-2           Nov 21, 2026 20:07 UTC   -          RUNNING     NORMAL     -\n");
  EXPECT_EQ(list_text({}, Detail::kNormal, Style::plain()), "There are no workflows to view.\n");
}

TEST_F(WorkflowText, WhyEndsWithWhatToDo) {
  EXPECT_EQ(
      why_text({.subject = "a-1/train",
                .status = "SCHEDULING",
                .headline = "waits for 2 GPUs; 1 of 4 is free",
                .details = {"b-2/fit holds 0,1,2"},
                .hint = "sennit status b-2"},
               Style::plain()),
      "a-1/train: SCHEDULING\nwaits for 2 GPUs; 1 of 4 is free\n  - b-2/fit holds 0,1,2\nNext: sennit status b-2\n");
}

}  // namespace
}  // namespace sennit::cli

#include "api/event_view.h"

#include <gtest/gtest.h>

#include "model/workflow_builder.h"

namespace sennit::api {
namespace {

Workflow one_task() {
  WorkflowBuilder builder;
  builder.begin_group("");
  builder.add_task("train", {}, {}, {}, true);
  return std::move(builder).finish().value();
}

TEST(EventView, EndedTaskSaysHowAndWhy) {
  const Event event{WorkflowKey(1), Instant::from_unix_us(5),
                    event::TaskEnded{TaskIndex(0), 2, Status::kFailed, 3, "no such file"}};
  const views::EventView view = view_of(event, 9, one_task(), "demo-1");
  EXPECT_EQ(view.kind, "ended");
  EXPECT_EQ(view.task, "train");
  EXPECT_EQ(view.retry_id, 2U);
  EXPECT_EQ(view.status, "FAILED");
  EXPECT_EQ(view.exit_code, 3);
  EXPECT_EQ(view.seq, 9U);
}

TEST(EventView, WhatAnAttemptUsedIsSaidIfItIsKnown) {
  const Usage usage{.max_memory = mebibytes(3), .cpu = Micros(1'250'000)};
  const Event ended{WorkflowKey(1), {}, event::TaskEnded{TaskIndex(0), 0, Status::kCompleted, 0, "", usage}};
  EXPECT_EQ(view_of(ended, 9, one_task(), "demo-1").usage, (views::UsageView{3 << 20, 1.25}));
  const Event again{WorkflowKey(1), {}, event::TaskRescheduled{TaskIndex(0), 0, 1, {}, false, "", usage}};
  EXPECT_EQ(view_of(again, 9, one_task(), "demo-1").usage, (views::UsageView{3 << 20, 1.25}));
  const Event unknown{WorkflowKey(1), {}, event::TaskEnded{TaskIndex(0), 0, Status::kCompleted, 0, ""}};
  EXPECT_EQ(view_of(unknown, 9, one_task(), "demo-1").usage, std::nullopt);
}

TEST(EventView, DevicesOfAPlacedTaskAreTold) {
  const auto placed = [](GpuSet gpus) {
    return Event{WorkflowKey(1), {}, event::AttemptPlaced{.task = TaskIndex(0), .gpus = std::move(gpus)}};
  };
  GpuSet two;
  two.add(0);
  two.add(3);
  EXPECT_EQ(view_of(placed(two), 9, one_task(), "demo-1").gpus, "0,3");
  EXPECT_EQ(level_of(placed(two)), EventLevel::kTasks);
  EXPECT_EQ(view_of(placed({}), 9, one_task(), "demo-1").gpus, "");
  EXPECT_EQ(level_of(placed({})), EventLevel::kAll);
}

TEST(EventView, WhoAskedForItIsSaid) {
  const auto message_of = [](auto what) {
    return view_of({WorkflowKey(1), {}, what}, 1, one_task(), "demo-1").message;
  };
  EXPECT_EQ(message_of(event::AttemptStopping{
                .reason = StopReason::kCanceled, .force = StopForce::kAtOnce, .user = "ada", .message = "stuck"}),
            "cancelled by ada, at once: stuck");
  EXPECT_EQ(message_of(event::CancelAsked{"ada", "wrong data"}), "by ada: wrong data");
  EXPECT_EQ(message_of(event::Paused{{}, "ada", "backup"}), "by ada: backup");
  EXPECT_EQ(message_of(event::Resumed{{}, "ada"}), "by ada");
}

TEST(EventView, WhoReopenedItAndWhy) {
  const auto told = [](event::Reopened what) {
    return view_of({WorkflowKey(1), Instant::from_unix_us(5), std::move(what)}, 9, one_task(), "demo-1").message;
  };
  EXPECT_EQ(told({"ann", "mended"}), "by ann: mended");
  EXPECT_EQ(told({"ann", ""}), "by ann");
  EXPECT_EQ(told({"", ""}), "");
  Submission submission;
  submission.parent_id = "demo-0";
  submission.descent = Descent::kReruns;
  const Event submitted{WorkflowKey(2), Instant::from_unix_us(5), event::Submitted{submission}};
  EXPECT_EQ(view_of(submitted, 1, one_task(), "demo-1").message, "reruns demo-0");
}

TEST(EventView, ConsequencesOfAFailureAreNotFailuresOfTheirOwn) {
  const auto level = [](Status to) { return level_of({WorkflowKey(1), {}, event::TaskEnded{.to = to}}); };
  EXPECT_EQ(level(Status::kFailed), EventLevel::kFailures);
  EXPECT_EQ(level(Status::kFailedUpstream), EventLevel::kTasks);
  EXPECT_EQ(level(Status::kCompleted), EventLevel::kTasks);
}

}  // namespace
}  // namespace sennit::api

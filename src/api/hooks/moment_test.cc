#include "api/hooks/moment.h"

#include <gtest/gtest.h>

#include "model/workflow_builder.h"

namespace sennit::api {
namespace {

using spec::HookOccasion;
using spec::HookScope;

Workflow two_tasks() {
  WorkflowBuilder builder;
  builder.begin_group("both");
  builder.add_task("fit", {}, {}, {}, true);
  builder.add_task("watch", {}, {}, {}, false);
  Workflow workflow = std::move(builder).finish().value();
  workflow.name = "train-big";
  return workflow;
}

template <class What>
Event an(What what) {
  return {WorkflowKey(1), Instant::from_unix_us(5), std::move(what)};
}

// The names of the occasions that an event is for, with whose they are before.
std::string told(const Event& event) {
  const Moment moment = moment_of(event);
  std::string text;
  for (std::size_t i = 0; i < spec::kHookOccasionCount; ++i) {
    if (moment.is(static_cast<HookOccasion>(i))) text += " " + std::string(spec::kHookOccasionNames.at(i));
  }
  return text.empty() ? "" : std::string(to_string(moment.per)) + text;
}

TEST(HookMoment, EveryEndOfAWorkflowIsOneOfThree) {
  const auto moved = [](WorkflowStatus to) { return told(an(event::WorkflowMoved{to, ""})); };
  EXPECT_EQ(moved(WorkflowStatus::kPending), "");
  EXPECT_EQ(moved(WorkflowStatus::kRunning), "workflow on_start");
  EXPECT_EQ(moved(WorkflowStatus::kCompleted), "workflow on_success on_end");
  EXPECT_EQ(moved(WorkflowStatus::kFailedCanceled), "workflow on_cancel on_end");
  for (int i = 0; i < kWorkflowStatusCount; ++i) {
    const auto status = static_cast<WorkflowStatus>(i);
    if (!is_failed(status) || status == WorkflowStatus::kFailedCanceled) continue;
    EXPECT_EQ(moved(status), "workflow on_failure on_end") << to_string(status);
  }
}

TEST(HookMoment, TasksThatNeverRanBecauseOfOthersHaveOnlyEnded) {
  const auto ended = [](Status to) { return told(an(event::TaskEnded{.to = to})); };
  EXPECT_EQ(ended(Status::kCompleted), "task on_success on_end");
  EXPECT_EQ(ended(Status::kFailed), "task on_failure on_end");
  EXPECT_EQ(ended(Status::kFailedExecTimeout), "task on_failure on_end");
  EXPECT_EQ(ended(Status::kFailedCanceled), "task on_cancel on_end");
  EXPECT_EQ(ended(Status::kFailedUpstream), "task on_end");
}

TEST(HookMoment, WhatBeginsAgainIsARetry) {
  using Cause = event::AttemptRestarted::Cause;
  EXPECT_EQ(told(an(event::TaskRescheduled{})), "task on_retry");
  EXPECT_EQ(told(an(event::AttemptRestarted{.cause = Cause::kExitAction})), "task on_retry");
  EXPECT_EQ(told(an(event::AttemptRestarted{.cause = Cause::kGroup})), "");
  EXPECT_EQ(told(an(event::GroupPreempted{})), "task on_preempt");
  EXPECT_EQ(told(an(event::Reopened{})), "workflow on_resume");
  EXPECT_EQ(told(an(event::Paused{.task = TaskIndex(0)})), "task on_pause");
  EXPECT_EQ(told(an(event::Resumed{})), "workflow on_resume");
}

TEST(HookDue, PatternsChoose) {
  const Workflow workflow = two_tasks();
  spec::HookConfig hook{.name = "h", .on = HookOccasion::kFailure, .per = HookScope::kTask};
  const Event fit = an(event::TaskEnded{.task = TaskIndex(0), .to = Status::kFailed});
  EXPECT_TRUE(is_due(hook, fit, workflow));
  hook.workflows = {"eval", "train-*"};
  hook.tasks = {"fit"};
  EXPECT_TRUE(is_due(hook, fit, workflow));
  EXPECT_FALSE(is_due(hook, an(event::TaskEnded{.task = TaskIndex(1), .to = Status::kFailed}), workflow));
  EXPECT_FALSE(is_due(hook, an(event::WorkflowMoved{WorkflowStatus::kFailed, ""}), workflow));
  hook.workflows = {"train"};
  EXPECT_FALSE(is_due(hook, fit, workflow));
}

TEST(HookDue, APreemptedGroupIsThatOfEachOfItsTasks) {
  const Workflow workflow = two_tasks();
  spec::HookConfig hook{.name = "h", .on = HookOccasion::kPreempt, .per = HookScope::kTask, .tasks = {"watch"}};
  EXPECT_TRUE(is_due(hook, an(event::GroupPreempted{}), workflow));
  hook.tasks = {"other"};
  EXPECT_FALSE(is_due(hook, an(event::GroupPreempted{}), workflow));
}

TEST(HookDue, NoticesAreInTheOrderOfEventsAndNameTheirPlace) {
  core::State state;
  core::WorkflowState& known = state.workflows[WorkflowKey(1)];
  known.key = WorkflowKey(1);
  known.spec = std::make_shared<const Workflow>(two_tasks());
  const HookList hooks = list_of({{HookOccasion::kEnd, {{.name = "end", .on = HookOccasion::kEnd}}},
                                  {HookOccasion::kSuccess,
                                   {{.name = "good", .on = HookOccasion::kSuccess},
                                    {.name = "task", .on = HookOccasion::kSuccess, .per = HookScope::kTask}}}});
  std::vector<Event> events{an(event::TaskEnded{.to = Status::kCompleted}), an(event::CancelAsked{}),
                            an(event::WorkflowMoved{WorkflowStatus::kCompleted, ""})};
  events.push_back(events.back());
  events.back().workflow = WorkflowKey(2);  // of which nothing is known
  std::string told;
  for (const store::Notice& notice : notices_of(hooks, events, state)) {
    told += std::to_string(notice.event) + notice.hook + " ";
  }
  EXPECT_EQ(told, "0task 2good 2end ");
  EXPECT_TRUE(notices_of({}, events, state).empty());
}

}  // namespace
}  // namespace sennit::api

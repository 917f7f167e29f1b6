#include "api/restart.h"

#include <gtest/gtest.h>

#include "model/workflow_builder.h"

namespace sennit::api {
namespace {

TaskBody body_with_input(std::string_view from, std::uint32_t task) {
  TaskBody body;
  body.command = {"run"};
  if (!from.empty()) body.inputs = {{.source = std::string(from), .task = TaskIndex(task)}};
  return body;
}

// make -> train -> report, with the statuses given.
core::WorkflowState chain_with(Status make, Status train, Status report) {
  WorkflowBuilder builder;
  builder.header().name = "chain";
  builder.begin_group("");
  builder.add_task("make", body_with_input("", 0), {}, {}, true);
  builder.begin_group("stage");
  builder.add_task("train", body_with_input("make", 0), {}, {.max_retries = 2}, true);
  builder.begin_group("");
  builder.add_task("report", body_with_input("train", 1), {}, {}, true);
  builder.add_edge(GroupIndex(1), GroupIndex(0));
  builder.add_edge(GroupIndex(2), GroupIndex(1));
  core::WorkflowState state;
  state.spec = std::make_shared<const Workflow>(std::move(builder).finish().value());
  state.submission.id = "chain-1";
  for (const Status status : {make, train, report}) {
    state.groups.emplace_back().status = status;
    state.tasks.emplace_back().status = status;
  }
  state.tasks[0].number = 1;
  return state;
}

TEST(Restart, CompletedGroupsAreLeftOutAndTheirOutputsUsed) {
  const Workflow rest = remaining_of(chain_with(Status::kCompleted, Status::kFailed, Status::kFailedUpstream)).value();
  ASSERT_EQ(rest.tasks.size(), 2U);
  EXPECT_EQ(rest.name_of(TaskIndex(0)), "train");
  EXPECT_EQ(rest.name_of(GroupIndex(0)), "stage");
  EXPECT_EQ(rest.policy_of(TaskIndex(0)).max_retries, 2U);
  EXPECT_TRUE(rest.upstream.of(GroupIndex(0)).empty());
  const InputSpec from_make = rest.body_of(TaskIndex(0)).value().inputs.at(0);
  EXPECT_TRUE(from_make.from_other);
  EXPECT_EQ(from_make.source, "chain-1:make");
  EXPECT_EQ(from_make.other_dir, "chain-1/make/1/output");
}

TEST(Restart, EdgesAndInputsBetweenKeptTasksMoveAlong) {
  const Workflow rest = remaining_of(chain_with(Status::kCompleted, Status::kFailed, Status::kFailedUpstream)).value();
  ASSERT_EQ(rest.upstream.of(GroupIndex(1)).size(), 1U);
  EXPECT_EQ(rest.upstream.of(GroupIndex(1))[0], GroupIndex(0));
  const InputSpec from_train = rest.body_of(TaskIndex(1)).value().inputs.at(0);
  EXPECT_FALSE(from_train.from_other);
  EXPECT_EQ(from_train.task, TaskIndex(0));
}

TEST(Restart, CompletedWorkflowHasNothingLeft) {
  const auto rest = remaining_of(chain_with(Status::kCompleted, Status::kCompleted, Status::kCompleted));
  EXPECT_EQ(rest.error().code(), ErrorCode::kConflict);
}

}  // namespace
}  // namespace sennit::api

#include "drawing/flow.h"

#include <gtest/gtest.h>

#include "model/status.h"
#include "model/workflow_builder.h"

namespace sennit::drawing {
namespace {

TEST(FlowOf, WorkflowOfAFile) {
  WorkflowBuilder builder;
  builder.header().name = "robots";
  const GroupIndex prepare = builder.begin_group("");
  builder.add_task("prepare", {}, {}, {}, true);
  const GroupIndex simulate = builder.begin_group("simulate");
  builder.add_task("world", {}, {}, {}, true);
  builder.add_task("robot", {}, {}, {}, false);
  builder.add_edge(simulate, prepare);
  const Result<Workflow> workflow = std::move(builder).finish();
  ASSERT_TRUE(workflow.ok());
  const Flow flow = flow_of(*workflow);
  EXPECT_EQ(flow.name, "robots");
  EXPECT_FALSE(flow.is_run());
  ASSERT_EQ(flow.groups.size(), 2U);
  EXPECT_FALSE(flow.groups[0].named);
  EXPECT_EQ(flow.groups[1].name, "simulate");
  EXPECT_TRUE(flow.groups[1].named);
  EXPECT_EQ(flow.groups[1].first_task, 1U);
  EXPECT_EQ(flow.groups[1].task_count, 2U);
  EXPECT_EQ(flow.tasks[2].name, "robot");
  EXPECT_EQ(flow.edges, (std::vector<layout::Edge>{{0, 1}}));
}

TEST(FlowOf, ViewOfARun) {
  views::WorkflowView view;
  view.name = "robots-3";
  view.workflow_name = "robots";
  view.status = "RUNNING";
  views::TaskView prepare{.name = "prepare", .status = "COMPLETED", .lead = true};
  views::TaskView robot{.name = "robot", .status = "RUNNING", .lead = true};
  view.groups = {
      {.name = "prepare-group", .status = "COMPLETED", .downstream_groups = {"robots", "gone"}, .tasks = {prepare}},
      {.name = "robots", .status = "RUNNING", .tasks = {robot}}};
  const Flow flow = flow_of(view);
  EXPECT_TRUE(flow.is_run());
  EXPECT_EQ(flow.id, "robots-3");
  EXPECT_FALSE(flow.groups[0].named);
  EXPECT_TRUE(flow.groups[1].named);
  EXPECT_EQ(flow.tasks[1].status, "RUNNING");
  EXPECT_EQ(flow.edges, (std::vector<layout::Edge>{{0, 1}}));
}

TEST(StateOf, EveryStatusHasOne) {
  for (int i = 0; i < kStatusCount; ++i) EXPECT_NE(state_of(to_string(static_cast<Status>(i))), State::kNone) << i;
  EXPECT_EQ(state_of(""), State::kNone);
  EXPECT_EQ(state_of("COMPLETED"), State::kCompleted);
  EXPECT_EQ(state_of("INITIALIZING"), State::kWaiting);
  EXPECT_EQ(state_of("SCHEDULING"), State::kWaiting);
  EXPECT_EQ(state_of("FAILED_EXEC_TIMEOUT"), State::kFailed);
  EXPECT_EQ(state_of("FAILED_UPSTREAM"), State::kSkipped);
  EXPECT_EQ(state_of("FAILED_CANCELED"), State::kSkipped);
}

}  // namespace
}  // namespace sennit::drawing

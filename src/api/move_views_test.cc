#include "api/move_views.h"

#include <gtest/gtest.h>

#include "model/workflow_builder.h"

namespace sennit::api {
namespace {

using core::GroupEvent;
using core::GroupMove;
using core::StatusMove;
using core::TaskEvent;
using core::TaskMove;

Workflow flow(std::size_t tasks) {
  WorkflowBuilder builder;
  for (std::size_t i = 0; i < tasks; ++i) {
    builder.begin_group("");
    builder.add_task("t" + std::to_string(i), {}, {}, {}, true);
  }
  return std::move(builder).finish().value();
}

TEST(MoveViews, NotMoreThanAHundredAreNamed) {
  std::vector<StatusMove> moves;
  for (std::uint32_t i = 0; i < 250; ++i) {
    moves.emplace_back(TaskMove{TaskIndex(i), 0, Status::kSubmitting, Status::kWaiting, TaskEvent::kSubmit});
  }
  const auto views = views_of(moves, {WorkflowKey(1), {}, event::Submitted{}}, "", flow(250), std::nullopt);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_EQ(views[0].names.size(), kMostNamed);
  EXPECT_EQ(views[0].names[1], "t1");
  EXPECT_EQ(views[0].more, 150U);
  const auto one = views_of(moves, {WorkflowKey(1), {}, event::Submitted{}}, "", flow(250), TaskIndex(200));
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].names, std::vector<std::string>{"t200"});
}

TEST(MoveViews, AGroupOfOneMovesWithItsTask) {
  const std::vector<StatusMove> moves = {
      GroupMove{GroupIndex(0), Status::kInitializing, Status::kRunning, GroupEvent::kRun}};
  const auto views = views_of(moves, {WorkflowKey(1), {}, event::AttemptStarted{}}, "", flow(1), std::nullopt);
  ASSERT_EQ(views.size(), 1U);
  EXPECT_TRUE(views[0].with_task);
  EXPECT_EQ(views[0].reason, "its first task runs");
}

TEST(MoveViews, AnEndSaysItsOwnReason) {
  const std::vector<StatusMove> moves = {
      TaskMove{TaskIndex(0), 0, Status::kRunning, Status::kFailed, TaskEvent::kFail}};
  const Event plain{WorkflowKey(1), {}, event::TaskEnded{TaskIndex(0), 0, Status::kFailed, 3, ""}};
  EXPECT_EQ(views_of(moves, plain, "", flow(1), std::nullopt)[0].reason, "exit code 3");
  EXPECT_EQ(views_of(moves, plain, "no space left", flow(1), std::nullopt)[0].reason, "no space left");
}

}  // namespace
}  // namespace sennit::api

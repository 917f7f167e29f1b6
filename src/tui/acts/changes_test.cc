#include "tui/acts/changes.h"

#include <gtest/gtest.h>

#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

class Changes : public testing::Test {
 protected:
  // What is said after that reply to a cancellation.
  std::string told(const views::ChangeReply& reply) {
    server_.answer("/v1/workflows/demo-1/cancel", views::to_json(reply));
    return told();
  }
  std::string told() {
    server_.start();
    cancel_tasks(desk_, "demo-1", {"fit"});
    desk_.wait([&] { return !desk_.said.empty() || !desk_.warned.empty(); });
    return desk_.said.empty() ? "warned: " + desk_.warned.front() : desk_.said.front();
  }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
};

TEST_F(Changes, WhatIsCancelledIsSaid) { EXPECT_EQ(told({.name = "demo-1", .tasks = {"fit"}}), "cancelling fit"); }

TEST_F(Changes, TheWholeWorkflow) { EXPECT_EQ(told({.name = "demo-1", .whole = true}), "cancelling demo-1"); }

TEST_F(Changes, WhatIsLeftOutIsSaidAsWell) {
  EXPECT_EQ(told({.name = "demo-1", .tasks = {"fit", "test"}, .unchanged = {{"prepare", "is COMPLETED already"}}}),
            "cancelling 2 tasks; prepare is COMPLETED already");
}

TEST_F(Changes, NothingToCancelIsSaidAloud) {
  EXPECT_EQ(told({.name = "demo-1", .unchanged = {{"fit", "is COMPLETED already"}}}),
            "warned: nothing to cancel: fit is COMPLETED already");
}

TEST_F(Changes, OneThatIsBeingCancelledAlready) {
  EXPECT_EQ(told({.name = "demo-1", .note = "it is being cancelled already"}),
            "warned: nothing to cancel: demo-1: it is being cancelled already");
}

TEST_F(Changes, OneThatIsNotThere) { EXPECT_EQ(told(), "warned: demo-1 is not cancelled: there is no such thing"); }

TEST_F(Changes, SeveralWorkflowsAreOneQuestionAndOneAnswer) {
  server_.answer("/v1/workflows/a-1/cancel", views::to_json(views::ChangeReply{.name = "a-1", .whole = true}));
  server_.answer("/v1/workflows/b-1/cancel", views::to_json(views::ChangeReply{.name = "b-1", .whole = true}));
  server_.start();
  int done = 0;
  ask_to_cancel(desk_, {{"a-1", "RUNNING"}, {"b-1", "PENDING"}, {"c-1", "FAILED"}}, [&done] { ++done; });
  ASSERT_EQ(desk_.asked.size(), 1U);
  EXPECT_EQ(desk_.asked[0].first, "Cancel 2 workflows (1 running, 1 waiting)? The rest is over.");
  EXPECT_EQ(done, 0);
  desk_.asked[0].second();
  EXPECT_EQ(done, 1);
  desk_.wait([&] { return !desk_.said.empty(); });
  EXPECT_EQ(desk_.said, std::vector<std::string>{"cancelling 2 workflows"});
}

TEST_F(Changes, WorkflowsThatAreOverAreNoQuestion) {
  ask_to_cancel(desk_, {{"a-1", "COMPLETED"}}, {});
  ask_to_cancel(desk_, {{"a-1", "COMPLETED"}, {"b-1", "FAILED_CANCELED"}}, {});
  EXPECT_TRUE(desk_.asked.empty());
  EXPECT_EQ(desk_.warned, (std::vector<std::string>{"nothing to cancel: a-1 is COMPLETED",
                                                    "nothing to cancel: all 2 workflows are over"}));
}

TEST_F(Changes, OfUnknownStatusThereAreNoNumbers) {
  ask_to_cancel(desk_, "demo-1", {{"fit", ""}}, {});
  ASSERT_EQ(desk_.asked.size(), 1U);
  EXPECT_EQ(desk_.asked[0].first, "Cancel fit of demo-1?");
}

}  // namespace
}  // namespace sennit::tui

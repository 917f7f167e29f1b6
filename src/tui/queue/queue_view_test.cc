#include "tui/queue/queue_view.h"

#include <gtest/gtest.h>

#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

views::WorkflowView workflow(const std::string& name, const std::string& priority,
                             const std::vector<std::pair<std::string, std::string>>& tasks) {
  views::WorkflowView workflow;
  workflow.name = name;
  workflow.status = "RUNNING";
  workflow.priority = priority;
  workflow.submit_time = Instant() + std::chrono::seconds(1'795'859'990);
  workflow.groups.emplace_back();
  for (const auto& [task_name, status] : tasks) {
    views::TaskView& task = workflow.groups[0].tasks.emplace_back();
    task.name = task_name;
    task.status = status;
    task.reason = task_name + " waits for 2 GPUs";
  }
  return workflow;
}

std::vector<std::string> names(const Queue& queue) {
  std::vector<std::string> names;
  for (const QueuedTask& task : queue.tasks) names.push_back(task.workflow + "/" + task.task);
  return names;
}

Queue queue_of(const std::vector<views::WorkflowView>& workflows) {
  Queue queue;
  for (const views::WorkflowView& one : workflows) add_waiting(one, queue);
  put_in_order(queue);
  return queue;
}

TEST(Queue, WhatIsReadyComesFirstByPriority) {
  const Queue queue = queue_of({workflow("a-1", "LOW", {{"x", "SCHEDULING"}}),
                                workflow("b-1", "NORMAL", {{"y", "WAITING"}, {"z", "SCHEDULING"}, {"run", "RUNNING"}}),
                                workflow("c-1", "HIGH", {{"w", "SCHEDULING"}, {"over", "COMPLETED"}})});
  EXPECT_EQ(names(queue), (std::vector<std::string>{"c-1/w", "b-1/z", "a-1/x", "b-1/y"}));
  EXPECT_EQ(queue.ready, 3U);
}

TEST(Queue, PausedIsHeldBack) {
  views::WorkflowView paused = workflow("a-1", "HIGH", {{"x", "SCHEDULING"}});
  paused.paused_at = Instant() + std::chrono::seconds(1);
  const Queue queue = queue_of({paused, workflow("b-1", "LOW", {{"y", "SCHEDULING"}})});
  EXPECT_EQ(names(queue), (std::vector<std::string>{"b-1/y", "a-1/x"}));
  EXPECT_EQ(queue.ready, 1U);
}

TEST(Queue, HasABound) {
  std::vector<std::pair<std::string, std::string>> tasks(Queue::kMostTasks + 1, {"x", "SCHEDULING"});
  const Queue queue = queue_of({workflow("a-1", "HIGH", tasks)});
  EXPECT_EQ(queue.tasks.size(), Queue::kMostTasks);
  EXPECT_EQ(queue.ready, Queue::kMostTasks);
  EXPECT_TRUE(queue.more);
}

TEST(Queue, WhatIsReadyIsShownHoweverMuchWaits) {
  const std::vector<std::pair<std::string, std::string>> many(3 * Queue::kMostTasks, {"x", "WAITING"});
  const Queue queue = queue_of({workflow("a-1", "HIGH", many), workflow("b-1", "LOW", {{"y", "SCHEDULING"}})});
  EXPECT_EQ(queue.tasks.size(), Queue::kMostTasks);
  EXPECT_EQ(queue.tasks[0].task, "y");
  EXPECT_TRUE(queue.more);
}

class QueueViewTest : public testing::Test {
 protected:
  void serve(const std::vector<views::WorkflowView>& workflows) {
    views::WorkflowList list;
    for (const views::WorkflowView& one : workflows) {
      list.workflows.emplace_back().name = one.name;
      server_.status(one);
    }
    server_.answer("/v1/workflows", views::to_json(list));
    server_.start();
    view_.begin();
  }
  std::string until(const std::string& part) {
    desk_.wait([&] { return drawn(view_, 80, 8).find(part) != std::string::npos; });
    return drawn(view_, 80, 8);
  }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
  QueueView view_{desk_};
};

TEST_F(QueueViewTest, RowsWithReasonsAndTheWholeReasonBelow) {
  serve({workflow("demo-1", "NORMAL", {{"fit", "SCHEDULING"}, {"test", "WAITING"}})});
  EXPECT_EQ(until("fit"),
            " 1 ready and waiting for room, 1 held back\n"
            " #    TASK                      STATUS       WAITS      WHY\n"
            " 1    demo-1/fit                SCHEDULING   10.0 s     fit waits for 2 GPUs\n"
            "      demo-1/test               WAITING      10.0 s     test waits for 2 GPUs\n"
            "\n\n"
            " fit waits for 2 GPUs\n\n");
}

TEST_F(QueueViewTest, FilterLeavesWhatHasIt) {
  serve({workflow("demo-1", "NORMAL", {{"fit", "SCHEDULING"}, {"test", "WAITING"}})});
  until("fit");
  press(view_, character('/'));
  ASSERT_EQ(desk_.prompts.size(), 1U);
  desk_.prompts[0].changed("waiting");
  const std::string shown = drawn(view_, 80, 8);
  EXPECT_EQ(shown.find("demo-1/fit"), std::string::npos);
  EXPECT_NE(shown.find("demo-1/test"), std::string::npos);
  desk_.prompts[0].changed("nothing like it");
  EXPECT_NE(drawn(view_, 80, 8).find("None has 'nothing like it' in it."), std::string::npos);
}

TEST_F(QueueViewTest, AsciiHasNothingElse) {
  serve({workflow("demo-1", "NORMAL", {{"fit" + std::string(100, 'x'), "SCHEDULING"}, {"test", "WAITING"}})});
  until("fit");
  expect_all_ascii(view_);
}

TEST_F(QueueViewTest, AnEmptyQueueIsSaid) {
  serve({workflow("demo-1", "NORMAL", {{"fit", "RUNNING"}})});
  until("Nothing waits.");
  press(view_, named(KeyName::kEnter));
  EXPECT_TRUE(desk_.opened.empty());
}

TEST_F(QueueViewTest, WhyOpensTheExplanation) {
  serve({workflow("demo-1", "NORMAL", {{"fit", "SCHEDULING"}})});
  until("fit");
  press(view_, character('w'));
  ASSERT_EQ(desk_.opened.size(), 1U);
  EXPECT_EQ(desk_.opened[0]->title(), "why fit");
}

}  // namespace
}  // namespace sennit::tui

#include "tui/graph/graph_view.h"

#include <gtest/gtest.h>

#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

views::TaskView task(const std::string& name, const std::string& status) {
  views::TaskView task;
  task.name = name;
  task.status = status;
  return task;
}

views::GroupView group(const views::TaskView& task, const std::vector<std::string>& next) {
  views::GroupView group;
  group.name = task.name + "-group";
  group.downstream_groups = next;
  group.tasks = {task};
  return group;
}

views::WorkflowView two_after_one() {
  views::WorkflowView workflow;
  workflow.name = "demo-1";
  workflow.status = "RUNNING";
  workflow.counts.total = 3;
  workflow.counts.completed = 1;
  workflow.groups = {group(task("prepare", "COMPLETED"), {"fit-group", "test-group"}),
                     group(task("fit", "RUNNING"), {}), group(task("test", "WAITING"), {})};
  workflow.groups[2].tasks[0].reason = "a reason";
  return workflow;
}

class GraphViewTest : public testing::Test {
 protected:
  GraphViewTest() {
    server_.status(two_after_one());
    server_.start();
  }
  std::string until_drawn(GraphView& view, const std::string& part, int width = 60, bool ascii = false) {
    std::string shown = drawn(view, width, 20, ascii);
    desk_.wait([&] { return (shown = drawn(view, width, 20, ascii)).find(part) != std::string::npos; });
    return shown;
  }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
};

TEST_F(GraphViewTest, DrawsBoxesWithStates) {
  GraphView view(desk_, "demo-1", "", {});
  view.begin();
  EXPECT_EQ(until_drawn(view, "fit", 40),
            " RUNNING (1/3 completed)\n"
            "       ┌───────────┐\n"
            "       │ ✓ prepare │\n"
            "       └─────┬─────┘\n"
            "       ┌─────┴─────┐\n"
            "       ▼           ▼\n"
            "   ┌───────┐  ┌────────┐\n"
            "   │ ● fit │  │ ○ test │\n"
            "   └───────┘  └────────┘\n"
            "\n"
            "   ○ waiting  ● running  ✓ completed\n"
            "\n\n\n\n\n\n\n\n"
            " ✓ prepare COMPLETED\n");
}

TEST_F(GraphViewTest, ArrowsSelectAndEnterOpens) {
  GraphView view(desk_, "demo-1", "", {});
  until_drawn(view, "fit");
  press(view, named(KeyName::kDown));
  press(view, named(KeyName::kLeft));
  EXPECT_NE(drawn(view, 60, 20).find("● fit RUNNING"), std::string::npos);
  press(view, named(KeyName::kRight));
  EXPECT_NE(drawn(view, 60, 20).find("test WAITING  a reason"), std::string::npos);
  press(view, named(KeyName::kEnter));
  ASSERT_EQ(desk_.opened.size(), 1U);
  EXPECT_EQ(desk_.opened[0]->title(), "test");
}

TEST_F(GraphViewTest, TaskThatWasSelectedBeforeIsSelected) {
  GraphView view(desk_, "demo-1", "test", {});
  EXPECT_NE(until_drawn(view, "fit").find("test WAITING"), std::string::npos);
}

TEST_F(GraphViewTest, AsciiHasNothingElse) {
  GraphView view(desk_, "demo-1", "", {});
  until_drawn(view, "fit", 60, true);
  expect_all_ascii(view);
}

TEST_F(GraphViewTest, ALargerDrawingScrollsToWhatIsSelected) {
  GraphView view(desk_, "demo-1", "prepare", {});
  until_drawn(view, "fit");
  press(view, character('G'));
  const std::string shown = drawn(view, 60, 6);
  EXPECT_NE(shown.find("│ ○ test │"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("│ ✓ prepare"), std::string::npos) << shown;
}

TEST_F(GraphViewTest, LeadsToOtherScreensWithTheSelectedTask) {
  std::vector<std::pair<RunScreen, std::string>> shown;
  GraphView view(desk_, "demo-1", "fit",
                 [&](RunScreen screen, const std::string& selected) { shown.emplace_back(screen, selected); });
  until_drawn(view, "fit");
  for (const char key : {']', '[', 'm'}) press(view, character(static_cast<unsigned char>(key)));
  EXPECT_EQ(shown, (std::vector<std::pair<RunScreen, std::string>>{
                       {RunScreen::kTimeline, "fit"}, {RunScreen::kTasks, "fit"}, {RunScreen::kCharts, "fit"}}));
}

TEST_F(GraphViewTest, CancelAsksFirst) {
  GraphView view(desk_, "demo-1", "fit", {});
  until_drawn(view, "fit");
  press(view, character('c'));
  ASSERT_EQ(desk_.asked.size(), 1U);
  EXPECT_EQ(desk_.asked[0].first, "Cancel fit of demo-1 (running)?");
  press(view, character('s'));
  EXPECT_EQ(desk_.commands, (std::vector<std::vector<std::string>>{{"exec", "demo-1", "fit"}}));
}

TEST_F(GraphViewTest, AnUnknownWorkflowIsSaid) {
  GraphView view(desk_, "other-1", "", {});
  until_drawn(view, "there is no such thing");
}

}  // namespace
}  // namespace sennit::tui

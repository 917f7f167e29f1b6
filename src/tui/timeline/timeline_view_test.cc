#include "tui/timeline/timeline_view.h"

#include <gtest/gtest.h>

#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

class TimelineViewTest : public testing::Test {
 protected:
  TimelineViewTest() {
    views::WorkflowView workflow;
    workflow.name = "demo-1";
    workflow.status = "RUNNING";
    workflow.submit_time = begin_;
    workflow.groups.emplace_back();
    add(workflow, "fit", "RUNNING", 0, 20, 0);
    add(workflow, "prepare", "COMPLETED", 0, 0, 20);
    server_.status(workflow);
    server_.start();
    desk_.time = begin_ + std::chrono::seconds(40);
  }
  void add(views::WorkflowView& workflow, const char* name, const char* status, int queued, int started, int ended) {
    views::TaskView& task = workflow.groups[0].tasks.emplace_back();
    task.name = name;
    task.status = status;
    task.processing_start_time = begin_ + std::chrono::seconds(queued);
    task.start_time = begin_ + std::chrono::seconds(started);
    if (ended > 0) task.end_time = begin_ + std::chrono::seconds(ended);
  }
  std::string shown(TimelineView& view) {
    view.begin();
    desk_.wait([&] { return drawn(view, 65, 8).find("fit") != std::string::npos; });
    return drawn(view, 65, 8);
  }
  const Instant begin_ = Instant() + std::chrono::seconds(1'795'860'000);
  CannedServer server_;
  FakeDesk desk_{server_.place()};
};

TEST_F(TimelineViewTest, BarsByPhaseAndALineForNow) {
  TimelineView view(desk_, "demo-1", "", {});
  EXPECT_EQ(shown(view),
            " RUNNING  40.0 s\n"
            "                   ╷0                        ╷30s\n"
            "● fit              ░░░░░░░░░░░░░░░░░█████████████████│     20.0 s\n"
            "✓ prepare          █████████████████                 │     20.0 s\n"
            "                                                     │\n"
            "                                                     │\n"
            "                                                     │\n"
            "                                                     │\n");
}

TEST_F(TimelineViewTest, AsciiHasNothingElse) {
  TimelineView view(desk_, "demo-1", "", {});
  shown(view);
  expect_all_ascii(view);
}

TEST_F(TimelineViewTest, ZoomsAndGoesBackToAllOfIt) {
  TimelineView view(desk_, "demo-1", "", {});
  const std::string all = shown(view);
  press(view, character('+'));
  const std::string near = drawn(view, 65, 8);
  EXPECT_NE(near, all);
  press(view, named(KeyName::kRight));
  EXPECT_NE(drawn(view, 65, 8), near);
  press(view, character('0'));
  EXPECT_EQ(drawn(view, 65, 8), all);
  press(view, character('+'));
  press(view, character('-'));
  EXPECT_EQ(drawn(view, 65, 8), all);
}

TEST_F(TimelineViewTest, TimeGoesOnWithoutAnAnswer) {
  TimelineView view(desk_, "demo-1", "", {});
  shown(view);
  EXPECT_TRUE(view.tick());
  desk_.time = desk_.time + std::chrono::seconds(40);
  EXPECT_NE(drawn(view, 65, 8).find("1 m 00 s"), std::string::npos) << drawn(view, 65, 8);
}

TEST_F(TimelineViewTest, ZoomHasAnEnd) {
  TimelineView view(desk_, "demo-1", "fit", {});
  shown(view);
  for (int i = 0; i < 100; ++i) press(view, character('+'));
  EXPECT_NE(drawn(view, 65, 8).find("fit"), std::string::npos);
  EXPECT_NE(drawn(view, 10, 3), "");
}

}  // namespace
}  // namespace sennit::tui

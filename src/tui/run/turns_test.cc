// From one screen of a run to the next.
#include <gtest/gtest.h>

#include "tui/run/run_view.h"
#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

class Turns : public testing::Test {
 protected:
  Turns() {
    views::WorkflowView workflow;
    workflow.name = "demo-1";
    workflow.status = "RUNNING";
    workflow.groups.emplace_back().name = "g";
    for (const char* name : {"fit", "test"}) {
      views::TaskView& task = workflow.groups[0].tasks.emplace_back();
      task.name = name;
      task.status = "RUNNING";
    }
    server_.status(workflow);
    server_.start();
    desk_.wait([&] {
      run_.take(EventWatch::News{});
      return drawn(run_, 80, 20).find("fit") != std::string::npos;
    });
  }
  std::string title() const { return desk_.opened.empty() ? "" : desk_.opened.back()->title(); }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
  RunView run_{desk_, "demo-1"};
};

TEST_F(Turns, EachHasItsKey) {
  std::vector<std::string> titles;
  for (const char key : {'v', 'T', 'm', 'u'})
    press(run_, character(static_cast<unsigned char>(key))), titles.push_back(title());
  EXPECT_EQ(titles, (std::vector<std::string>{"graph", "timeline", "charts: fit", "resources"}));
}

TEST_F(Turns, BracketsGoAround) {
  press(run_, character(']'));
  EXPECT_EQ(title(), "graph");
  press(*desk_.opened.back(), character(']'));
  EXPECT_EQ(title(), "timeline");
  press(*desk_.opened.back(), character(']'));
  EXPECT_EQ(title(), "charts: fit");
  EXPECT_EQ(desk_.backs, 2);
  press(*desk_.opened.back(), character(']'));
  EXPECT_EQ(desk_.backs, 3);
  EXPECT_EQ(desk_.opened.size(), 3U) << "behind the last comes the run itself";
  press(run_, character('['));
  EXPECT_EQ(title(), "charts: fit");
}

TEST_F(Turns, WhatIsSelectedGoesWithThem) {
  press(run_, character('v'));
  View& graph = *desk_.opened.back();
  desk_.wait([&] { return drawn(graph, 80, 20).find("test") != std::string::npos; });
  press(graph, character('G'));
  press(graph, character('['));
  EXPECT_EQ(desk_.backs, 1);
  press(run_, character('m'));
  EXPECT_EQ(title(), "charts: test");
}

}  // namespace
}  // namespace sennit::tui

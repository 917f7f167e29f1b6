// Events that come before the answer that is older than they are.
#include <gtest/gtest.h>

#include "tui/graph/graph_view.h"
#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

class Overtaken : public testing::Test {
 protected:
  Overtaken() {
    views::WorkflowView workflow;
    workflow.name = "demo-1";
    workflow.status = "PENDING";
    views::GroupView& group = workflow.groups.emplace_back();
    group.name = "g";
    group.tasks.emplace_back().name = "fit";
    group.tasks[0].status = "INITIALIZING";
    server_.status(workflow);
    server_.start();
  }
  static EventWatch::News started(std::uint64_t seq) {
    views::EventView event;
    event.seq = seq;
    event.kind = "started";
    event.workflow = "demo-1";
    event.task = "fit";
    event.status = "RUNNING";
    EventWatch::News news;
    news.events = {event};
    return news;
  }
  void wait_for_answers(int count) {
    desk_.wait([&] { return desk_.redraws >= count; });
  }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
};

TEST_F(Overtaken, GraphIsAskedForAgain) {
  GraphView view(desk_, "demo-1", "", {});
  view.begin();
  drawn(view, 80, 20);
  view.take(started(5));
  wait_for_answers(1);
  view.tick();
  wait_for_answers(2);
}

}  // namespace
}  // namespace sennit::tui

#include <gtest/gtest.h>

#include <algorithm>

#include "tui/lists/runs_view.h"
#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

class RunsOrder : public testing::Test {
 protected:
  RunsOrder() {
    views::WorkflowList list;
    for (const auto& [name, status] : {std::pair("b-2", "COMPLETED"), {"b-10", "RUNNING"}, {"a-1", "FAILED"}}) {
      views::WorkflowSummary& run = list.workflows.emplace_back();
      run.name = name;
      run.status = status;
    }
    server_.answer("/v1/workflows", views::to_json(list));
    server_.start();
    view_.begin();
    desk_.wait([&] { return drawn(view_, 80, 8).find("b-2") != std::string::npos; });
  }
  std::string order() {
    const std::string shown = drawn(view_, 80, 8);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const char* name : {"a-1", "b-2", "b-10"}) found.emplace_back(shown.find(name), name);
    std::ranges::sort(found);
    return found[0].second + " " + found[1].second + " " + found[2].second;
  }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
  RunsView view_{desk_};
};

TEST_F(RunsOrder, NewestFirstUntilAKeySaysOtherwise) {
  EXPECT_EQ(order(), "b-2 b-10 a-1");
  press(view_, character('N'));
  EXPECT_EQ(order(), "a-1 b-2 b-10");
  press(view_, character('S'));
  EXPECT_EQ(order(), "b-10 a-1 b-2");
  press(view_, character('T'));
  EXPECT_EQ(order(), "b-2 b-10 a-1");
}

TEST_F(RunsOrder, TheSameKeyAgainTurnsItRound) {
  press(view_, character('N'));
  press(view_, character('N'));
  EXPECT_EQ(order(), "b-10 b-2 a-1");
  press(view_, character('N'));
  EXPECT_EQ(order(), "a-1 b-2 b-10");
}

TEST_F(RunsOrder, AsciiHasNothingElse) {
  press(view_, character(' '));
  expect_all_ascii(view_);
  press(view_, character('N'));
  expect_all_ascii(view_);
}

TEST_F(RunsOrder, TheSelectedOneStaysSelected) {
  press(view_, character('N'));
  press(view_, character('y'));
  EXPECT_EQ(desk_.copied, std::vector<std::string>{"b-2"});
}

TEST_F(RunsOrder, FilterTakesLettersOfEitherCase) {
  press(view_, character('/'));
  desk_.prompts.at(0).changed("running");
  EXPECT_EQ(drawn(view_, 80, 8).find("b-2"), std::string::npos);
  EXPECT_NE(drawn(view_, 80, 8).find("b-10"), std::string::npos);
  desk_.prompts.at(0).changed("A-1");
  EXPECT_NE(drawn(view_, 80, 8).find("a-1"), std::string::npos);
}

TEST_F(RunsOrder, KeysOfTheSelectedWorkflow) {
  for (const char key : {'l', 'w', 'u', 'Q'}) press(view_, character(static_cast<unsigned char>(key)));
  std::vector<std::string> titles;
  for (const auto& view : desk_.opened) titles.push_back(view->title());
  EXPECT_EQ(titles.size(), 4U);
  EXPECT_EQ(titles[2], "resources");
  EXPECT_EQ(titles[3], "queue");
}

}  // namespace
}  // namespace sennit::tui

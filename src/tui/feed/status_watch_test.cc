#include "tui/feed/status_watch.h"

#include <algorithm>
#include <iterator>

#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

views::WorkflowView workflow(const std::string& status) {
  views::WorkflowView view;
  view.name = "demo-1";
  view.status = status;
  view.groups = {{.name = "g", .tasks = {{.name = "fit", .status = status}}}};
  if (status == "COMPLETED") view.end_time = Instant() + std::chrono::seconds(1);
  return view;
}

class StatusWatchTest : public testing::Test {
 protected:
  // All that has come when the condition holds.
  template <class Condition>
  void wait(StatusWatch& watch, const Condition& condition) {
    desk_.wait([&] {
      StatusWatch::News news = watch.take();
      std::ranges::move(news.pieces, std::back_inserter(pieces_));
      news.pieces.clear();
      last_ = std::move(news);
      return condition();
    });
  }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
  std::vector<views::WorkflowView> pieces_;
  StatusWatch::News last_;
};

TEST_F(StatusWatchTest, TellsAllAndThenWhatChanges) {
  server_.status(workflow("RUNNING"));
  server_.start();
  StatusWatch watch(server_.place(), desk_.wakeup(), "demo-1");
  wait(watch, [&] { return pieces_.size() == 2; });
  EXPECT_EQ(pieces_[0].groups.at(0).tasks.at(0).status, "RUNNING");
  EXPECT_FALSE(last_.is_over);
  server_.change(workflow("WAITING"));
  wait(watch, [&] { return pieces_.size() == 3; });
  EXPECT_EQ(pieces_[2].groups.at(0).tasks.at(0).status, "WAITING");
}

TEST_F(StatusWatchTest, IsOverWithTheWorkflow) {
  server_.status(workflow("COMPLETED"));
  server_.start();
  StatusWatch watch(server_.place(), desk_.wakeup(), "demo-1");
  wait(watch, [&] { return last_.is_over; });
  EXPECT_EQ(last_.trouble, "");
  EXPECT_EQ(pieces_.back().status, "COMPLETED");
}

TEST_F(StatusWatchTest, SaysWhyThereIsNothing) {
  server_.start();
  StatusWatch watch(server_.place(), desk_.wakeup(), "demo-1");
  wait(watch, [&] { return last_.is_over; });
  EXPECT_EQ(last_.trouble, "there is no such thing");
}

TEST_F(StatusWatchTest, WhatNobodyTakesWaitsWithBound) {
  server_.status(workflow("RUNNING"));
  server_.start();
  StatusWatch watch(server_.place(), desk_.wakeup(), "demo-1");
  wait(watch, [&] { return pieces_.size() == 2; });
  constexpr std::size_t kMany = 100;
  for (std::size_t i = 0; i < kMany; ++i) server_.change(workflow("RUNNING"));
  // It rings for each piece, and no more than so many before somebody takes them.
  pollfd state{.fd = desk_.wakeup().fd(), .events = POLLIN, .revents = 0};
  std::size_t most = 0;
  while (pieces_.size() < kMany + 2) {
    ASSERT_GT(::poll(&state, 1, 60'000), 0);
    desk_.wakeup().clear();
    StatusWatch::News news = watch.take();
    most = std::max(most, news.pieces.size());
    std::ranges::move(news.pieces, std::back_inserter(pieces_));
  }
  EXPECT_LE(most, StatusWatch::kMostWaiting);
}

TEST_F(StatusWatchTest, EndsWhileNobodyTakes) {
  server_.status(workflow("RUNNING"));
  server_.start();
  StatusWatch watch(server_.place(), desk_.wakeup(), "demo-1");
  for (int i = 0; i < 100; ++i) server_.change(workflow("RUNNING"));
}

}  // namespace
}  // namespace sennit::tui

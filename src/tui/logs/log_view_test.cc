#include "tui/logs/log_view.h"

#include <gtest/gtest.h>

#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

class LogViewTest : public testing::Test {
 protected:
  void serve(std::uint32_t latest) {
    views::TaskMetricsView fit;
    fit.name = "fit";
    fit.retry_id = latest;
    server_.answer("/v1/workflows/demo-1/metrics",
                   views::to_json(views::MetricsView{.workflow = "demo-1", .tasks = {fit}}));
    for (int i = 0; i < 3; ++i)
      server_.log("/v1/workflows/demo-1/logs?attempt=" + std::to_string(i), "said by " + std::to_string(i) + "\n");
    server_.log("/v1/workflows/demo-1/logs", "said by any\n");
    server_.start();
    view_ = std::make_unique<LogView>(desk_, "demo-1", "fit");
  }
  void TearDown() override { view_.reset(); }

  void until(const std::string& part) {
    desk_.wait([&] { return drawn(*view_, 60, 5).find(part) != std::string::npos; });
  }
  static EventWatch::News begun(std::uint32_t attempt) {
    views::EventView event;
    event.kind = "started";
    event.workflow = "demo-1";
    event.task = "fit";
    event.retry_id = attempt;
    EventWatch::News news;
    news.events = {event};
    return news;
  }

  CannedServer server_;
  FakeDesk desk_{server_.place()};
  std::unique_ptr<LogView> view_;
};

TEST_F(LogViewTest, BeginsWithTheLatestAttempt) {
  serve(2);
  until("said by 2");
  EXPECT_EQ(view_->title(), "log of fit, attempt 3 of 3");
}

TEST_F(LogViewTest, EarlierAttemptsAndBack) {
  serve(2);
  until("said by 2");
  press(*view_, character('a'));
  until("said by 1");
  EXPECT_EQ(view_->title(), "log of fit, attempt 2 of 3");
  press(*view_, character('a'));
  until("said by 0");
  press(*view_, character('a'));
  EXPECT_EQ(desk_.warned, std::vector<std::string>{"there is no earlier attempt"});
  press(*view_, character('A'));
  press(*view_, character('A'));
  until("said by 2");
  press(*view_, character('A'));
  EXPECT_EQ(desk_.warned.back(), "this is the latest attempt");
}

TEST_F(LogViewTest, AsciiHasNothingElse) {
  serve(2);
  until("said by 2");
  expect_all_ascii(*view_);
}

TEST_F(LogViewTest, OfOneAttemptNothingIsSaid) {
  serve(0);
  until("said by 0");
  EXPECT_EQ(view_->title(), "log of fit");
}

TEST_F(LogViewTest, TheNextAttemptIsShownWhenItBegins) {
  serve(0);
  until("said by 0");
  view_->take(begun(1));
  EXPECT_EQ(view_->title(), "log of fit, attempt 2 of 2");
  EXPECT_EQ(desk_.said, std::vector<std::string>{"attempt 2 has begun: a shows the one before"});
  view_->take(begun(1));
  EXPECT_EQ(desk_.said.size(), 1U);
}

TEST_F(LogViewTest, WhoReadsAnEarlierOneStaysThere) {
  serve(1);
  until("said by 1");
  press(*view_, character('a'));
  until("said by 0");
  view_->take(begun(2));
  EXPECT_EQ(view_->title(), "log of fit, attempt 1 of 3");
  until("said by 0");
}

TEST_F(LogViewTest, OfAllTasksThereAreNoAttempts) {
  serve(1);
  view_ = std::make_unique<LogView>(desk_, "demo-1", "");
  until("said by any");
  for (const Act& act : view_->acts()) EXPECT_NE(act.key, character('a'));
}

}  // namespace
}  // namespace sennit::tui

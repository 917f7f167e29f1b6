#include "tui/charts/charts_view.h"

#include <gtest/gtest.h>

#include "tui/view/desk_fixture.h"

namespace sennit::tui {
namespace {

views::SeriesView series(const std::string& name, const std::vector<double>& values) {
  views::SeriesView series{.name = name};
  series.last = values.back();
  series.count = values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    series.points.push_back({.at = Instant() + std::chrono::seconds(1000 + i),
                             .step = static_cast<double>(i),
                             .value = values[i],
                             .mean = values[i],
                             .min = values[i],
                             .max = values[i],
                             .count = 1});
  }
  return series;
}

views::TaskMetricsView fit() {
  views::TaskMetricsView task;
  task.name = "fit";
  task.status = "RUNNING";
  task.series = {series("step", {0, 1, 2}), series("speed", {5, 6, 5}), series("loss", {4, 2, 1})};
  task.usage = {series("memory", {1024, 2048, 1024})};
  return task;
}

TEST(Charts, LossComesFirstAndWhatWasMeasuredLast) {
  std::vector<std::string> names;
  for (const TaskChart& chart : charts_of(fit())) names.push_back(chart.name);
  EXPECT_EQ(names, (std::vector<std::string>{"loss", "speed", "step", "memory"}));
  EXPECT_EQ(charts_of(fit()).back().text(2048), "2 KiB");
}

class ChartsViewTest : public testing::Test {
 protected:
  ChartsViewTest() {
    server_.answer("/v1/workflows/demo-1/metrics",
                   views::to_json(views::MetricsView{.workflow = "demo-1", .tasks = {fit()}}));
    server_.start();
    view_.begin();
    desk_.wait([&] { return drawn(view_, 60, 13).find("loss") != std::string::npos; });
  }
  CannedServer server_;
  FakeDesk desk_{server_.place()};
  ChartsView view_{desk_, "demo-1", "fit", {}};
};

TEST_F(ChartsViewTest, DrawsALineInABorder) {
  EXPECT_EQ(drawn(view_, 40, 7, true),
            " fit RUNNING\n"
            "#= loss =========================== 1 =#\n"
            "#         4 |''....                    #\n"
            "#           |      '''.....            #\n"
            "#         1 |              '''''''.... #\n"
            "#            step 0             step 2 #\n"
            "#======================================#\n");
}

TEST_F(ChartsViewTest, KeysGoThroughTheChartsAndEnterMakesOneLarge) {
  press(view_, named(KeyName::kDown));
  EXPECT_NE(drawn(view_, 60, 13).find("speed"), std::string::npos);
  press(view_, named(KeyName::kEnter));
  EXPECT_NE(drawn(view_, 60, 13).find("values 3"), std::string::npos);
  press(view_, named(KeyName::kEscape));
  EXPECT_EQ(drawn(view_, 60, 13).find("values 3"), std::string::npos);
  EXPECT_EQ(desk_.backs, 0);
}

TEST_F(ChartsViewTest, AsciiHasNothingElse) {
  expect_all_ascii(view_);
  press(view_, named(KeyName::kEnter));
  expect_all_ascii(view_);
}

TEST_F(ChartsViewTest, TheyStandSideBySideWhereThereIsRoom) {
  const std::string shown = drawn(view_, 150, 24);
  EXPECT_NE(shown.find("loss"), std::string::npos);
  EXPECT_NE(shown.find("memory"), std::string::npos);
}

TEST_F(ChartsViewTest, GoesOnWhileTheTaskRuns) { EXPECT_TRUE(view_.tick()); }

}  // namespace
}  // namespace sennit::tui

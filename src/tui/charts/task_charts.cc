#include "tui/charts/task_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tui/parts/boxes.h"

namespace sennit::tui {
namespace {

// What one looks for first, under the names that programs give it; how far it is comes last.
std::size_t rank_of(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kLast = {"step", "total", "percent", "epochs"};
  static constexpr std::array<std::string_view, 7> kFirst = {"loss",     "train_loss", "eval_loss",    "val_loss",
                                                             "accuracy", "reward",     "learning_rate"};
  if (std::ranges::find(kLast, name) != kLast.end()) return kFirst.size() + 1;
  return static_cast<std::size_t>(std::ranges::find(kFirst, name) - kFirst.begin());
}

void add(std::vector<TaskChart>& charts, const std::vector<views::SeriesView>& all, bool measured) {
  for (const views::SeriesView& series : all) {
    TaskChart chart{.name = series.name, .measured = measured, .numbers = series, .points = drawing::points_of(series)};
    chart.numbers.points.clear();
    charts.push_back(std::move(chart));
  }
}

}  // namespace

std::string TaskChart::text(std::optional<double> value) const {
  if (measured) return drawing::measured_text(name, value);
  return value ? fmt::format("{:.4g}", *value) : "nan";
}

std::vector<TaskChart> charts_of(const views::TaskMetricsView& task) {
  std::vector<TaskChart> charts;
  add(charts, task.series, false);
  std::ranges::stable_sort(charts, {}, [](const TaskChart& chart) { return rank_of(chart.name); });
  add(charts, task.usage, true);
  return charts;
}

void draw_chart(const Pane& pane, const Theme& theme, const TaskChart& chart, const Look& border) {
  const Pane inside = box(pane, theme, border, chart.name, chart.text(chart.numbers.last), &theme.strong);
  if (inside.height() < 1) return;
  const drawing::Chart drawn = drawing::chart_of(
      chart.points.points, {.columns = static_cast<std::size_t>(std::max(inside.width() - 1, 0)),
                            .rows = static_cast<std::size_t>(std::max(inside.height() - 1, 2)),
                            .strokes = theme.ascii ? drawing::Strokes::kAscii : drawing::Strokes::kBraille,
                            .title = "",
                            .left = chart.points.left,
                            .right = chart.points.right,
                            .low = std::nullopt,
                            .high = std::nullopt,
                            .label = [&chart](double value) { return chart.text(value); }});
  if (drawn.rows.empty()) {
    inside.put_cut(1, 0, "nothing to draw yet", inside.width() - 1, theme.faint);
    return;
  }
  const Look& line = chart.measured ? theme.of(Standing::kReady) : theme.of(Standing::kRunning);
  int y = 0;
  for (const drawing::ChartRow& row : drawn.rows) {
    inside.put(inside.put(0, y, row.label, theme.faint), y, row.dots, line);
    ++y;
  }
  inside.put(static_cast<int>(drawing::kChartLabel), y, drawn.axis, theme.faint);
}

}  // namespace sennit::tui

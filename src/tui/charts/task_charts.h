// The numbers of a task as a list of charts. Pure.
#pragma once

#include <string>
#include <vector>

#include "drawing/series.h"
#include "tui/terminal/frame.h"
#include "tui/view/theme.h"
#include "views/views.h"

namespace sennit::tui {

struct TaskChart {
  std::string name;
  bool measured = false;      // what the task used, else what it told
  views::SeriesView numbers;  // without its points
  drawing::SeriesPoints points;

  std::string text(std::optional<double> value) const;
};

// What it told first, and of that the loss; what was measured then.
std::vector<TaskChart> charts_of(const views::TaskMetricsView& task);

// In a border, as large as the pane.
void draw_chart(const Pane& pane, const Theme& theme, const TaskChart& chart, const Look& border);

}  // namespace sennit::tui

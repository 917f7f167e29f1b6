// A series of a task's numbers as the points of a chart. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "drawing/chart.h"
#include "views/measure_views.h"

namespace sennit::drawing {

struct SeriesPoints {
  std::vector<ChartPoint> points;
  std::string left;  // where it begins: a step or a time of day
  std::string right;
};

// By its steps where they never fall, else by time.
SeriesPoints points_of(const views::SeriesView& series);

// How a number that was measured is written: by its name ("memory" in bytes, "gpu0.busy" in percent).
std::string measured_text(std::string_view name, std::optional<double> value);

}  // namespace sennit::drawing

// A line chart in characters: braille dots where the terminal can show them, else ASCII. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sennit::drawing {

enum class Strokes : std::uint8_t { kBraille, kAscii };

struct ChartPoint {
  double x = 0;
  double y = 0;
};

struct ChartOptions {
  std::size_t columns = 80;  // of the whole, with the labels
  std::size_t rows = 12;     // of the plot
  Strokes strokes = Strokes::kBraille;
  std::string title;
  std::string left;           // below the axis: where it begins
  std::string right;          // and ends
  std::optional<double> low;  // of the axis that goes up; none: the lowest that there is
  std::optional<double> high;
  std::function<std::string(double)> label;  // of that axis; none: four digits
};

// What stands in one row: a label and the axis, at most kChartLabel columns, and dots.
inline constexpr std::size_t kChartLabel = 12;
struct ChartRow {
  std::string label;
  std::string dots;
};
struct Chart {
  std::vector<ChartRow> rows;  // none: there is nothing to draw yet
  std::string axis;            // below the dots
};

// Points in the order in which they are joined; those that are no numbers are left out.
Chart chart_of(const std::vector<ChartPoint>& points, const ChartOptions& options);

// The same as lines, with the title. Without any points: a line that says so.
std::string chart_text(const std::vector<ChartPoint>& points, const ChartOptions& options);

// The last values that there is room for, without labels: `rows` lines of so many columns, the newest on the right.
std::vector<std::string> sparkline(const std::vector<double>& values, const ChartOptions& options);

}  // namespace sennit::drawing

// A line chart in characters: braille dots where the terminal can show them, else ASCII. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sennit::cli {

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
  std::string left;   // below the axis: where it begins
  std::string right;  // and ends
};

// Points in the order in which they are joined; those that are no numbers are left out. Without any: a line that says
// so.
std::string chart_text(const std::vector<ChartPoint>& points, const ChartOptions& options);

}  // namespace sennit::cli

#include "drawing/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace sennit::drawing {
namespace {

constexpr std::size_t kLabel = kChartLabel - 2;  // columns of the numbers on the left
constexpr std::size_t kFewest = 10;

struct Range {
  double low = 0;
  double high = 0;

  void take(double value, bool first) {
    low = first ? value : std::min(low, value);
    high = first ? value : std::max(high, value);
  }
  // 0 to 1. A range of nothing lies in its middle.
  double share(double value) const { return high > low ? (value - low) / (high - low) : 0.5; }
};

// Dots, from the upper left on.
class Dots {
 public:
  Dots(std::size_t width, std::size_t height) : width_(width), height_(height), dots_(width * height) {}

  void set(std::size_t x, std::size_t y) { dots_[std::min(y, height_ - 1) * width_ + std::min(x, width_ - 1)] = true; }
  bool at(std::size_t x, std::size_t y) const { return dots_[y * width_ + x]; }
  std::size_t width() const { return width_; }
  std::size_t height() const { return height_; }

  void line(double x1, double y1, double x2, double y2) {
    const auto steps = static_cast<std::size_t>(std::max(std::abs(x2 - x1), std::abs(y2 - y1))) + 1;
    for (std::size_t i = 0; i <= steps; ++i) {
      const double part = static_cast<double>(i) / static_cast<double>(steps);
      set(static_cast<std::size_t>(std::lround(x1 + (x2 - x1) * part)),
          static_cast<std::size_t>(std::lround(y1 + (y2 - y1) * part)));
    }
  }

 private:
  std::size_t width_;
  std::size_t height_;
  std::vector<bool> dots_;
};

// A character of 2 by 4 dots: U+2800 and a bit for each of them.
std::string braille(const Dots& dots, std::size_t column, std::size_t row) {
  constexpr std::array<std::array<unsigned, 2>, 4> kBits = {{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
  unsigned bits = 0;
  for (std::size_t y = 0; y < 4; ++y) {
    for (std::size_t x = 0; x < 2; ++x) {
      if (dots.at(2 * column + x, 4 * row + y)) bits |= kBits[y][x];
    }
  }
  if (bits == 0) return " ";
  return {'\xe2', static_cast<char>(0xa0 | bits >> 6), static_cast<char>(0x80 | (bits & 0x3f))};
}

// One of 1 by 2.
std::string ascii(const Dots& dots, std::size_t column, std::size_t row) {
  const bool upper = dots.at(column, 2 * row);
  const bool lower = dots.at(column, 2 * row + 1);
  return upper && lower ? ":" : upper ? "'" : lower ? "." : " ";
}

std::string row_text(const Dots& dots, std::size_t columns, std::size_t row, Strokes strokes) {
  std::string text;
  for (std::size_t column = 0; column < columns; ++column) {
    text += strokes == Strokes::kBraille ? braille(dots, column, row) : ascii(dots, column, row);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string number(double value) { return fmt::format("{:.4g}", value); }

}  // namespace

Chart chart_of(const std::vector<ChartPoint>& points, const ChartOptions& options) {
  std::vector<ChartPoint> good;
  std::ranges::copy_if(points, std::back_inserter(good),
                       [](const ChartPoint& one) { return std::isfinite(one.x) && std::isfinite(one.y); });
  if (good.empty()) return {};
  Range across;
  Range up;
  for (const ChartPoint& point : good) {
    across.take(point.x, &point == &good.front());
    up.take(point.y, &point == &good.front());
  }
  up.low = options.low.value_or(up.low);
  up.high = options.high.value_or(up.high);
  const std::size_t columns = std::max(options.columns, kChartLabel + kFewest) - kChartLabel;
  const std::size_t rows = std::max<std::size_t>(options.rows, 2);
  const bool fine = options.strokes == Strokes::kBraille;
  Dots dots(columns * (fine ? 2 : 1), rows * (fine ? 4 : 2));
  const auto x_of = [&](const ChartPoint& one) { return across.share(one.x) * static_cast<double>(dots.width() - 1); };
  const auto y_of = [&](const ChartPoint& one) {
    return (1 - std::clamp(up.share(one.y), 0.0, 1.0)) * static_cast<double>(dots.height() - 1);
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    const ChartPoint& from = good[i == 0 ? 0 : i - 1];
    dots.line(x_of(from), y_of(from), x_of(good[i]), y_of(good[i]));
  }
  const std::string_view side = fine ? "┤" : "|";
  Chart chart;
  for (std::size_t row = 0; row < rows; ++row) {
    const double edge = row == 0 ? up.high : up.low;
    const std::string label = row != 0 && row + 1 != rows ? "" : options.label ? options.label(edge) : number(edge);
    chart.rows.push_back(
        {fmt::format("{:>{}} {}", label, kLabel, side), row_text(dots, columns, row, options.strokes)});
  }
  const std::size_t used = options.left.size() + options.right.size();
  const std::size_t gap = columns > used ? columns - used : 1;
  chart.axis = fmt::format("{}{:{}}{}", options.left, "", gap, options.right);
  return chart;
}

std::string chart_text(const std::vector<ChartPoint>& points, const ChartOptions& options) {
  const Chart chart = chart_of(points, options);
  if (chart.rows.empty()) return options.title + ": nothing to draw yet\n";
  std::string out = options.title + "\n";
  for (const ChartRow& row : chart.rows) out += row.label + row.dots + "\n";
  return out + fmt::format("{:{}}{}\n", "", kChartLabel, chart.axis);
}

std::vector<std::string> sparkline(const std::vector<double>& values, const ChartOptions& options) {
  const std::size_t rows = std::max<std::size_t>(options.rows, 1);
  const bool fine = options.strokes == Strokes::kBraille;
  const std::size_t width = options.columns * (fine ? 2 : 1);
  if (width == 0) return std::vector<std::string>(rows);
  const std::size_t high = rows * (fine ? 4 : 2);
  const std::size_t first = values.size() - std::min(values.size(), width);
  Range up;
  for (std::size_t i = first; i < values.size(); ++i) up.take(values[i], i == first);
  up.low = options.low.value_or(up.low);
  up.high = options.high.value_or(up.high);
  Dots dots(width, high);
  for (std::size_t i = first; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    const double part = std::clamp(up.share(values[i]), 0.0, 1.0);
    const auto top = static_cast<std::size_t>(std::lround((1 - part) * static_cast<double>(high - 1)));
    // Filled down to the axis: a graph of two rows is seen as an area.
    for (std::size_t y = top; y < high; ++y) dots.set(width - (values.size() - i), y);
  }
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < rows; ++row) lines.push_back(row_text(dots, options.columns, row, options.strokes));
  return lines;
}

}  // namespace sennit::drawing

#include "cli/text/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace sennit::cli {
namespace {

constexpr std::size_t kLabel = 10;  // columns of the numbers on the left
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
class Canvas {
 public:
  Canvas(std::size_t width, std::size_t height) : width_(width), height_(height), dots_(width * height) {}

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
std::string braille(const Canvas& canvas, std::size_t column, std::size_t row) {
  constexpr std::array<std::array<unsigned, 2>, 4> kBits = {{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
  unsigned bits = 0;
  for (std::size_t y = 0; y < 4; ++y) {
    for (std::size_t x = 0; x < 2; ++x) {
      if (canvas.at(2 * column + x, 4 * row + y)) bits |= kBits[y][x];
    }
  }
  if (bits == 0) return " ";
  return {'\xe2', static_cast<char>(0xa0 | bits >> 6), static_cast<char>(0x80 | (bits & 0x3f))};
}

// One of 1 by 2.
std::string ascii(const Canvas& canvas, std::size_t column, std::size_t row) {
  const bool upper = canvas.at(column, 2 * row);
  const bool lower = canvas.at(column, 2 * row + 1);
  return upper && lower ? ":" : upper ? "'" : lower ? "." : " ";
}

std::string row_text(const Canvas& canvas, std::size_t columns, std::size_t row, Strokes strokes) {
  std::string text;
  for (std::size_t column = 0; column < columns; ++column) {
    text += strokes == Strokes::kBraille ? braille(canvas, column, row) : ascii(canvas, column, row);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string number(double value) { return fmt::format("{:.4g}", value); }

}  // namespace

std::string chart_text(const std::vector<ChartPoint>& points, const ChartOptions& options) {
  std::vector<ChartPoint> good;
  std::ranges::copy_if(points, std::back_inserter(good),
                       [](const ChartPoint& one) { return std::isfinite(one.x) && std::isfinite(one.y); });
  if (good.empty()) return options.title + ": nothing to draw yet\n";
  Range across;
  Range up;
  for (const ChartPoint& point : good) {
    across.take(point.x, &point == &good.front());
    up.take(point.y, &point == &good.front());
  }
  const std::size_t columns = std::max(options.columns, kLabel + kFewest + 2) - kLabel - 2;
  const std::size_t rows = std::max<std::size_t>(options.rows, 2);
  const bool fine = options.strokes == Strokes::kBraille;
  Canvas canvas(columns * (fine ? 2 : 1), rows * (fine ? 4 : 2));
  const auto x_of = [&](const ChartPoint& one) {
    return across.share(one.x) * static_cast<double>(canvas.width() - 1);
  };
  const auto y_of = [&](const ChartPoint& one) {
    return (1 - up.share(one.y)) * static_cast<double>(canvas.height() - 1);
  };
  for (std::size_t i = 0; i < good.size(); ++i) {
    const ChartPoint& from = good[i == 0 ? 0 : i - 1];
    canvas.line(x_of(from), y_of(from), x_of(good[i]), y_of(good[i]));
  }
  const std::string_view side = fine ? "┤" : "|";
  std::string out = options.title + "\n";
  for (std::size_t row = 0; row < rows; ++row) {
    const std::string label = row == 0 ? number(up.high) : row + 1 == rows ? number(up.low) : "";
    out += fmt::format("{:>{}} {}{}\n", label, kLabel, side, row_text(canvas, columns, row, options.strokes));
  }
  const std::size_t used = options.left.size() + options.right.size();
  const std::size_t gap = columns > used ? columns - used : 1;
  out += fmt::format("{:{}}{}{:{}}{}\n", "", kLabel + 2, options.left, "", gap, options.right);
  return out;
}

}  // namespace sennit::cli

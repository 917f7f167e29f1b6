// A number over time, in few points: what lies close together is one point that knows its mean and its bounds. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/instant.h"

namespace sennit::progress {

inline constexpr double kNoStep = std::numeric_limits<double>::quiet_NaN();

// Values that came from `first_at` to `at`. What is no number (nan, inf) counts as the last one, and for nothing else.
struct Point {
  Instant first_at;
  Instant at;
  double step = kNoStep;     // of the task when the last came
  std::uint32_t count = 0;   // of values, those that are no numbers too
  std::uint32_t finite = 0;  // of which those are that the mean is of
  double last = 0;
  double mean = 0;
  double min = 0;
  double max = 0;

  void add(double value, double with_step, Instant now);
  // `later` follows.
  void merge(const Point& later);
};

struct NamedPoint {
  std::string name;
  Point point;
};

struct Series {
  std::string name;
  std::vector<Point> points;  // by time

  // All of it in one point. Of no points: of count 0.
  Point whole() const;
};

// At most `most` points over the same time: neighbours within an equal part of it become one.
std::vector<Point> thinned(const std::vector<Point>& points, std::size_t most);

}  // namespace sennit::progress

#include "progress/series.h"

#include <algorithm>
#include <cmath>

namespace sennit::progress {

void Point::add(double value, double with_step, Instant now) {
  Point one;
  one.first_at = now;
  one.at = now;
  one.step = with_step;
  one.count = 1;
  one.last = value;
  if (std::isfinite(value)) {
    one.finite = 1;
    one.mean = one.min = one.max = value;
  }
  merge(one);
}

void Point::merge(const Point& later) {
  if (later.count == 0) return;
  if (count == 0) {
    *this = later;
    return;
  }
  at = std::max(at, later.at);
  first_at = std::min(first_at, later.first_at);
  step = later.step;
  last = later.last;
  if (later.finite > 0) {
    const double share = static_cast<double>(later.finite) / (static_cast<double>(finite) + later.finite);
    min = finite == 0 ? later.min : std::min(min, later.min);
    max = finite == 0 ? later.max : std::max(max, later.max);
    mean = finite == 0 ? later.mean : mean * (1 - share) + later.mean * share;
  }
  const auto sum = [](std::uint32_t a, std::uint32_t b) { return a > ~b ? ~std::uint32_t{0} : a + b; };
  count = sum(count, later.count);
  finite = sum(finite, later.finite);
}

Point Series::whole() const {
  Point all;
  for (const Point& point : points) all.merge(point);
  return all;
}

std::vector<Point> thinned(const std::vector<Point>& points, std::size_t most) {
  if (points.size() <= most || most == 0) return points;
  const std::int64_t begin = points.front().first_at.unix_us();
  const std::int64_t span = std::max<std::int64_t>(points.back().at.unix_us() - begin, 1);
  std::vector<Point> few;
  few.reserve(most);
  std::size_t part = 0;
  for (const Point& point : points) {
    // A clock that was set may say anything.
    const double share = static_cast<double>(point.at.unix_us() - begin) / static_cast<double>(span);
    const auto its = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(most - 1));
    if (few.empty() || its != part) {
      if (few.size() < most) few.emplace_back();
      part = its;
    }
    few.back().merge(point);
  }
  return few;
}

}  // namespace sennit::progress

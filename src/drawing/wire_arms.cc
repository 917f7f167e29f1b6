#include "drawing/wire_arms.h"

#include <algorithm>
#include <utility>

namespace sennit::drawing {

std::vector<Arms> arms_of(const layout::Wire& wire, layout::Direction direction) {
  std::vector<Arms> found;
  for (const layout::Segment& segment : wire.segments) {
    const auto [left, right] = std::minmax({segment.from.x, segment.to.x});
    const auto [top, bottom] = std::minmax({segment.from.y, segment.to.y});
    for (int y = top; y <= bottom; ++y) {
      for (int x = left; x <= right; ++x) {
        found.push_back(
            {{x, y},
             (y > top ? kUp : 0) | (y < bottom ? kDown : 0) | (x > left ? kLeft : 0) | (x < right ? kRight : 0)});
      }
    }
  }
  for (const layout::Point& tail : wire.tails) {
    found.push_back({tail, direction == layout::Direction::kDown ? kUp : kLeft});
  }
  const auto place = [](const Arms& arms) { return std::pair(arms.at.y, arms.at.x); };
  std::sort(found.begin(), found.end(), [&](const Arms& a, const Arms& b) { return place(a) < place(b); });
  std::vector<Arms> joined;
  for (const Arms& arms : found) {
    if (joined.empty() || joined.back().at != arms.at) {
      joined.push_back(arms);
    } else {
      joined.back().arms |= arms.arms;
    }
  }
  return joined;
}

}  // namespace sennit::drawing

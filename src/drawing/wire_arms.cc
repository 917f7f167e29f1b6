#include "drawing/wire_arms.h"

#include <algorithm>
#include <utility>

namespace sennit::drawing {

namespace {

// Arms of the same cell as one.
std::vector<Arms> joined(std::vector<Arms> found) {
  const auto place = [](const Arms& arms) { return std::pair(arms.at.y, arms.at.x); };
  std::sort(found.begin(), found.end(), [&](const Arms& a, const Arms& b) { return place(a) < place(b); });
  std::vector<Arms> whole;
  for (const Arms& arms : found) {
    if (whole.empty() || whole.back().at != arms.at) {
      whole.push_back(arms);
    } else {
      whole.back().arms |= arms.arms;
    }
  }
  return whole;
}

unsigned towards_box(layout::Direction direction) { return direction == layout::Direction::kDown ? kUp : kLeft; }

}  // namespace

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
  for (const layout::Point& tail : wire.tails) found.push_back({tail, towards_box(direction)});
  return joined(std::move(found));
}

std::vector<layout::Point> crosses_of(const layout::Wire& wire, layout::Direction direction) {
  const bool down = direction == layout::Direction::kDown;
  std::vector<Arms> ends;
  std::vector<layout::Segment> rails;  // along which a bus runs: one or two
  for (const layout::Segment& segment : wire.segments) {
    const auto [left, right] = std::minmax({segment.from.x, segment.to.x});
    const auto [top, bottom] = std::minmax({segment.from.y, segment.to.y});
    if (down ? right - left > 1 : bottom - top > 1) {
      rails.push_back({{left, top}, {right, bottom}});
    } else if (down ? bottom > top : right > left) {
      ends.push_back({{left, top}, down ? kDown : kRight});
      ends.push_back({{right, bottom}, down ? kUp : kLeft});
    }
  }
  for (const layout::Point& tail : wire.tails) ends.push_back({tail, towards_box(direction)});
  std::vector<layout::Point> crosses;
  for (const Arms& end : joined(std::move(ends))) {
    if (end.arms != (down ? kVertical : kHorizontal)) continue;
    const bool on_rail = std::any_of(rails.begin(), rails.end(), [&](const layout::Segment& rail) {
      return down ? rail.from.y == end.at.y && rail.from.x < end.at.x && end.at.x < rail.to.x
                  : rail.from.x == end.at.x && rail.from.y < end.at.y && end.at.y < rail.to.y;
    });
    if (on_rail) crosses.push_back(end.at);
  }
  return crosses;
}

}  // namespace sennit::drawing

#include "tui/graph/neighbour.h"

#include <algorithm>

namespace sennit::tui {
namespace {

// A row is as high as two columns are wide.
constexpr int kRowsWeigh = 2;
// One that lies aside is further away than it looks: arrows go straight on.
constexpr int kAsideWeighs = 3;

// From one span to another; negative: they overlap.
int gap(int begin, int length, int other, int other_length) {
  return std::max(other - (begin + length), begin - (other + other_length));
}

int across(const layout::Box& from, const layout::Box& to) {
  return std::max(gap(from.x, from.width, to.x, to.width), 0);
}
int along(const layout::Box& from, const layout::Box& to) {
  return std::max(gap(from.y, from.height, to.y, to.height), 0) * kRowsWeigh;
}
// Of those that are equally near the one whose middle is.
int between_middles(const layout::Box& from, const layout::Box& to, bool upright) {
  return upright ? std::abs(2 * from.x + from.width - 2 * to.x - to.width)
                 : std::abs(2 * from.y + from.height - 2 * to.y - to.height);
}

bool is_beyond(const layout::Box& from, const layout::Box& to, Way way) {
  switch (way) {
    case Way::kUp: return to.y + to.height <= from.y;
    case Way::kDown: return to.y >= from.y + from.height;
    case Way::kLeft: return to.x + to.width <= from.x;
    case Way::kRight: return to.x >= from.x + from.width;
  }
  return false;
}

}  // namespace

std::optional<std::size_t> neighbour(const std::vector<drawing::TextPlace>& places, std::size_t from, Way way) {
  if (from >= places.size()) return std::nullopt;
  const layout::Box& here = places[from].box;
  const bool upright = way == Way::kUp || way == Way::kDown;
  std::optional<std::size_t> best;
  std::pair<int, int> best_cost;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const layout::Box& there = places[i].box;
    if (i == from || !is_beyond(here, there, way)) continue;
    const int cost = upright ? along(here, there) + kAsideWeighs * across(here, there)
                             : across(here, there) + kAsideWeighs * along(here, there);
    const std::pair whole{cost, between_middles(here, there, upright)};
    if (best && whole >= best_cost) continue;
    best = i;
    best_cost = whole;
  }
  return best;
}

std::optional<std::size_t> place_of_task(const std::vector<drawing::TextPlace>& places, std::uint32_t task) {
  const auto found = std::ranges::find_if(places, [task](const drawing::TextPlace& place) {
    return std::ranges::find(place.tasks, task) != place.tasks.end();
  });
  return found == places.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - places.begin()));
}

std::optional<std::size_t> place_at(const std::vector<drawing::TextPlace>& places, int x, int y) {
  const auto found = std::ranges::find_if(places, [x, y](const drawing::TextPlace& place) {
    const layout::Box& box = place.box;
    return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
  });
  return found == places.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - places.begin()));
}

}  // namespace sennit::tui

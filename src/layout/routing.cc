#include "layout/routing.h"

#include <algorithm>

#include "layout/channel.h"

namespace sennit::layout {
namespace {

// Where the lines of several buses enter one carrier: two columns apart, in the order of where they come from. One that
// comes from straight above stays straight if there is room for the others beside it.
class Entries {
 public:
  Entries(const Levels& levels, const Frame& frame) : levels_(levels), frame_(frame), columns_(levels.size()) {
    for (Carrier carrier = 0; carrier < levels.size(); ++carrier) {
      const auto above = levels.above.of(carrier);
      columns_[carrier].assign(above.begin(), above.end());
    }
    center_.reserve(levels.buses.size());
    for (const Bus& bus : levels.buses) {
      std::int64_t sum = 0;
      for (const Carrier source : bus.sources) sum += frame.columns[source];
      center_.push_back(static_cast<double>(sum) / static_cast<double>(bus.sources.size()));
    }
    for (Carrier carrier = 0; carrier < levels.size(); ++carrier) sort_buses(carrier);
  }

  // The column in which `bus` enters `carrier`.
  int of(Carrier carrier, BusIndex bus) const {
    const std::vector<BusIndex>& buses = columns_[carrier];
    const auto at = static_cast<int>(std::find(buses.begin(), buses.end(), bus) - buses.begin());
    return frame_.columns[carrier] + first_offset(carrier) + 2 * at;
  }
  // All of them, from the left.
  std::vector<int> all(Carrier carrier) const {
    std::vector<int> columns;
    for (std::size_t i = 0; i < columns_[carrier].size(); ++i) {
      columns.push_back(frame_.columns[carrier] + first_offset(carrier) + 2 * static_cast<int>(i));
    }
    return columns;
  }

 private:
  void sort_buses(Carrier carrier) {
    std::vector<BusIndex>& buses = columns_[carrier];
    std::sort(buses.begin(), buses.end(),
              [&](BusIndex a, BusIndex b) { return std::pair(center_[a], a) < std::pair(center_[b], b); });
  }

  int first_offset(Carrier carrier) const {
    const std::vector<BusIndex>& buses = columns_[carrier];
    const auto count = static_cast<int>(buses.size());
    const int border = levels_.is_pass(carrier) ? 0 : 1;
    const int left = -(frame_.across[carrier] / 2) + border;
    const int right = left + frame_.across[carrier] - 2 * border - 1;
    for (int i = 0; i < count; ++i) {
      if (!is_above(buses[static_cast<std::size_t>(i)], carrier)) continue;
      if (-2 * i >= left && 2 * (count - 1 - i) <= right) return -2 * i;
    }
    return -(count - 1);
  }

  bool is_above(BusIndex bus, Carrier carrier) const {
    return std::ranges::any_of(levels_.buses[bus].sources,
                               [&](Carrier source) { return frame_.columns[source] == frame_.columns[carrier]; });
  }

  const Levels& levels_;
  const Frame& frame_;
  std::vector<std::vector<BusIndex>> columns_;  // the buses of each carrier, from the left
  std::vector<double> center_;
};

class Router {
 public:
  Router(const Levels& levels, const Frame& frame) : levels_(levels), frame_(frame), entries_(levels, frame) {}

  Layout route() {
    layout_.boxes.resize(levels_.node_count);
    layout_.wires.resize(levels_.buses.size());
    int top = 0;
    for (std::uint32_t level = 0; level < levels_.carriers.size(); ++level) top = add_level(level, top);
    layout_.height = top;
    trim();
    return std::move(layout_);
  }

 private:
  void trim();
  int add_level(std::uint32_t level, int top);
  int add_gap(std::uint32_t level, int top, int bottom);
  // A line to a box ends in the gap's last row, one that goes on in the first row of the level below.
  int end_of(Carrier target, int gap_end) const { return levels_.is_pass(target) ? gap_end : gap_end - 1; }
  struct Gap {
    int level_top;
    int turn;  // the bus's row
    int end;
  };
  void add_turning(const Bus& bus, Wire& wire, const Crossbar& bar, const std::vector<char>& steps, Gap gap);
  void add_source(Wire& wire, Carrier source, int top, int turn);
  void add_target(Wire& wire, Carrier target, int column, Point turn, int gap_end);

  const Levels& levels_;
  const Frame& frame_;
  Entries entries_;
  Layout layout_;
};

// Takes away what is empty on the left.
void Router::trim() {
  int left = layout_.width;
  for (const Box& box : layout_.boxes) left = std::min(left, box.x);
  for (const Wire& wire : layout_.wires) {
    for (const Segment& segment : wire.segments) left = std::min({left, segment.from.x, segment.to.x});
  }
  for (Box& box : layout_.boxes) box.x -= left;
  for (Wire& wire : layout_.wires) {
    for (Segment& segment : wire.segments) segment.from.x -= left, segment.to.x -= left;
    for (Point& point : wire.tails) point.x -= left;
    for (Point& point : wire.heads) point.x -= left;
  }
  layout_.width -= left;
}

int Router::add_level(std::uint32_t level, int top) {
  int depth = 1;
  for (const Carrier carrier : levels_.carriers[level]) {
    if (levels_.is_pass(carrier)) continue;
    const int x = frame_.columns[carrier] - frame_.across[carrier] / 2;
    layout_.boxes[carrier] = {x, top, frame_.across[carrier], frame_.along[carrier], level};
    layout_.width = std::max(layout_.width, x + frame_.across[carrier]);
    depth = std::max(depth, frame_.along[carrier]);
  }
  return levels_.gaps[level].empty() ? top + depth : add_gap(level, top, top + depth);
}

// A line from its box, or from the top of its level where it goes by, to the row in which it turns.
void Router::add_source(Wire& wire, Carrier source, int top, int turn) {
  const int column = frame_.columns[source];
  const int begin = levels_.is_pass(source) ? top : top + frame_.along[source];
  if (!levels_.is_pass(source)) wire.tails.push_back({column, begin});
  wire.segments.push_back({{column, begin}, {column, turn}});
  layout_.width = std::max(layout_.width, column + 1);
  if (!levels_.is_pass(source)) return;
  const std::vector<int> joined = entries_.all(source);
  const int left = std::min(joined.front(), column);
  const int right = std::max(joined.back(), column);
  if (left < right) wire.segments.push_back({{left, top}, {right, top}});
}

// From the row in which it turns down to its box, or to the top of the level where it goes by.
void Router::add_target(Wire& wire, Carrier target, int column, Point turn, int gap_end) {
  const int end = end_of(target, gap_end);
  if (!levels_.is_pass(target)) wire.heads.push_back({column, end});
  layout_.width = std::max({layout_.width, column + 1, turn.x + 1});
  if (turn.x == column) {
    wire.segments.push_back({turn, {column, end}});
    return;
  }
  const int step = gap_end - 2;  // the row above the arrow heads
  wire.segments.push_back({turn, {turn.x, step}});
  wire.segments.push_back({{column, step}, {turn.x, step}});
  wire.segments.push_back({{column, step}, {column, end}});
}

void Router::add_turning(const Bus& bus, Wire& wire, const Crossbar& bar, const std::vector<char>& steps, Gap gap) {
  int left = bar.tops.front();
  int right = left;
  const auto reach = [&](int column) {
    left = std::min(left, column);
    right = std::max(right, column);
  };
  for (std::size_t i = 0; i < bus.sources.size(); ++i) {
    add_source(wire, bus.sources[i], gap.level_top, gap.turn);
    reach(bar.tops[i]);
  }
  for (std::size_t i = 0; i < bus.targets.size(); ++i) {
    const int column = bar.bottoms[i] + steps[i];
    add_target(wire, bus.targets[i], bar.bottoms[i], {column, gap.turn}, gap.end);
    reach(column);
  }
  if (left < right) wire.segments.push_back({{left, gap.turn}, {right, gap.turn}});
}

int Router::add_gap(std::uint32_t level, int top, int bottom) {
  std::vector<Crossbar> bars;
  for (const BusIndex bus : levels_.gaps[level]) {
    Crossbar& bar = bars.emplace_back();
    for (const Carrier source : levels_.buses[bus].sources) bar.tops.push_back(frame_.columns[source]);
    for (const Carrier target : levels_.buses[bus].targets) bar.bottoms.push_back(entries_.of(target, bus));
  }
  const Channel channel = route_channel(bars);
  const int first_track = bottom + frame_.before_lines;
  const int end = first_track + channel.tracks + (channel.has_steps ? 1 : 0) + 1;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const BusIndex index = levels_.gaps[level][i];
    const Bus& bus = levels_.buses[index];
    Wire& wire = layout_.wires[index];
    if (channel.track[i] == kStraight) {
      const Carrier target = bus.targets.front();
      add_source(wire, bus.sources.front(), top, end_of(target, end));
      if (!levels_.is_pass(target)) wire.heads.push_back(wire.segments.front().to);
    } else {
      add_turning(bus, wire, bars[i], channel.steps[i], {top, first_track + channel.track[i], end});
    }
  }
  return end;
}

}  // namespace

int least_across(const Levels& levels, Carrier carrier) {
  const auto entering = static_cast<int>(levels.above.of(carrier).size());
  if (levels.is_pass(carrier) && entering < 2) return 1;
  return 2 * entering + 1;
}

Layout draw_lines(const Levels& levels, const Frame& frame) { return Router(levels, frame).route(); }

}  // namespace sennit::layout

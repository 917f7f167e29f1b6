#include "layout/ordering.h"

#include <algorithm>

namespace sennit::layout {
namespace {

constexpr int kMostSweeps = 24;
constexpr int kPatience = 4;  // sweeps without a better order
// Ends of buses, times sweeps: large graphs get fewer sweeps.
constexpr std::size_t kMostWork = 12'000'000;

using Positions = std::vector<std::uint32_t>;

// Inversions of a list of places below `size`: with a counting tree, n log n.
std::uint64_t count_inversions(const Positions& places, std::size_t size) {
  std::vector<std::uint32_t> tree(size + 1, 0);
  std::uint64_t inversions = 0;
  std::uint64_t seen = 0;
  for (const std::uint32_t place : places) {
    std::uint64_t not_after = 0;
    for (std::size_t at = place + 1; at > 0; at &= at - 1) not_after += tree[at];
    inversions += seen - not_after;
    for (std::size_t at = place + 1; at <= size; at += at & (~at + 1)) ++tree[at];
    ++seen;
  }
  return inversions;
}

// One order of everything: carriers in their levels, buses in their gaps.
class Sweeper {
 public:
  explicit Sweeper(Levels& levels)
      : levels_(levels), carrier_at_(levels.size()), bus_at_(levels.buses.size()), value_(), gaps_(levels.gaps) {
    for (const auto& level : levels_.carriers) note(level, carrier_at_);
    for (std::uint32_t level = 0; level < gaps_.size(); ++level) sort_gap_by_sources(level);
  }

  void sweep_down(bool turn_ties);
  void sweep_up(bool turn_ties);
  std::uint64_t crossings();

 private:
  template <class Item>
  static void note(const std::vector<Item>& items, Positions& at) {
    for (std::uint32_t i = 0; i < items.size(); ++i) at[items[i]] = i;
  }
  template <class Range>
  static double mean(const Range& items, const Positions& at) {
    double sum = 0;
    for (const std::uint32_t item : items) sum += at[item];
    return sum / static_cast<double>(items.size());
  }
  void sort_gap_by_sources(std::uint32_t level);
  void sort_gap_by_targets(std::uint32_t level);
  void sort_level(std::vector<Carrier>& level, bool turn_ties);
  std::uint64_t crossings_above(std::uint32_t level);
  std::uint64_t crossings_below(std::uint32_t level);

  Levels& levels_;
  Positions carrier_at_;
  Positions bus_at_;
  std::vector<double> value_;  // what is being sorted by; negative: stays where it is
  std::vector<std::vector<BusIndex>> gaps_;
};

// `values[i]` belongs to `items[i]`. Items without a value keep their place; the others are sorted among theirs.
template <class Item>
void sort_by_values(std::vector<Item>& items, const std::vector<double>& values, bool turn_ties) {
  std::vector<std::uint32_t> movable;
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    if (values[i] >= 0) movable.push_back(i);
  }
  std::vector<std::uint32_t> sorted = movable;
  if (turn_ties) std::reverse(sorted.begin(), sorted.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return values[a] < values[b]; });
  const std::vector<Item> before = items;
  for (std::size_t i = 0; i < movable.size(); ++i) items[movable[i]] = before[sorted[i]];
}

void Sweeper::sort_gap_by_sources(std::uint32_t level) {
  value_.clear();
  for (const BusIndex bus : gaps_[level]) value_.push_back(mean(levels_.buses[bus].sources, carrier_at_));
  sort_by_values(gaps_[level], value_, false);
  note(gaps_[level], bus_at_);
}

void Sweeper::sort_gap_by_targets(std::uint32_t level) {
  value_.clear();
  for (const BusIndex bus : gaps_[level]) value_.push_back(mean(levels_.buses[bus].targets, carrier_at_));
  sort_by_values(gaps_[level], value_, false);
  note(gaps_[level], bus_at_);
}

void Sweeper::sort_level(std::vector<Carrier>& level, bool turn_ties) {
  sort_by_values(level, value_, turn_ties);
  note(level, carrier_at_);
}

void Sweeper::sweep_down(bool turn_ties) {
  for (std::uint32_t level = 1; level < levels_.carriers.size(); ++level) {
    sort_gap_by_sources(level - 1);
    value_.clear();
    for (const Carrier carrier : levels_.carriers[level]) {
      const auto above = levels_.above.of(carrier);
      value_.push_back(above.empty() ? -1 : mean(above, bus_at_));
    }
    sort_level(levels_.carriers[level], turn_ties);
  }
}

void Sweeper::sweep_up(bool turn_ties) {
  for (std::size_t level = levels_.carriers.size() - 1; level-- > 0;) {
    sort_gap_by_targets(static_cast<std::uint32_t>(level));
    value_.clear();
    for (const Carrier carrier : levels_.carriers[level]) {
      const BusIndex below = levels_.below[carrier];
      value_.push_back(below == kNone ? -1 : static_cast<double>(bus_at_[below]));
    }
    sort_level(levels_.carriers[level], turn_ties);
  }
}

std::uint64_t Sweeper::crossings_above(std::uint32_t level) {
  Positions places;
  for (const Carrier carrier : levels_.carriers[level]) {
    if (levels_.below[carrier] != kNone) places.push_back(bus_at_[levels_.below[carrier]]);
  }
  return count_inversions(places, gaps_[level].size());
}

std::uint64_t Sweeper::crossings_below(std::uint32_t level) {
  Positions places;
  Positions of_one;
  for (const Carrier carrier : levels_.carriers[level + 1]) {
    of_one.clear();
    for (const BusIndex bus : levels_.above.of(carrier)) of_one.push_back(bus_at_[bus]);
    std::sort(of_one.begin(), of_one.end());
    places.insert(places.end(), of_one.begin(), of_one.end());
  }
  return count_inversions(places, gaps_[level].size());
}

std::uint64_t Sweeper::crossings() {
  std::uint64_t total = 0;
  for (std::uint32_t level = 0; level + 1 < levels_.carriers.size(); ++level) {
    // A bus may stand anywhere between its ends; the better of two guesses counts.
    sort_gap_by_sources(level);
    const std::uint64_t by_sources = crossings_above(level) + crossings_below(level);
    sort_gap_by_targets(level);
    total += std::min(by_sources, crossings_above(level) + crossings_below(level));
  }
  return total;
}

std::size_t ends_of_buses(const Levels& levels) {
  std::size_t ends = levels.size();
  for (const Bus& bus : levels.buses) ends += bus.sources.size() + bus.targets.size();
  return ends;
}

}  // namespace

std::uint64_t count_crossings(const Levels& levels) {
  Levels copy = levels;
  return Sweeper(copy).crossings();
}

void reduce_crossings(Levels& levels) {
  Sweeper sweeper(levels);
  std::uint64_t fewest = sweeper.crossings();
  std::vector<std::vector<Carrier>> best = levels.carriers;
  const auto affordable = static_cast<int>(kMostWork / ends_of_buses(levels));
  const int sweeps = std::clamp(affordable, 2, kMostSweeps);
  for (int sweep = 0, idle = 0; sweep < sweeps && fewest > 0 && idle < kPatience; ++sweep, ++idle) {
    const bool turn_ties = sweep % 4 >= 2;
    if (sweep % 2 == 0) {
      sweeper.sweep_down(turn_ties);
    } else {
      sweeper.sweep_up(turn_ties);
    }
    const std::uint64_t crossings = sweeper.crossings();
    if (crossings >= fewest) continue;
    fewest = crossings;
    best = levels.carriers;
    idle = -1;
  }
  levels.carriers = std::move(best);
}

}  // namespace sennit::layout

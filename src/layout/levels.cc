#include "layout/levels.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace sennit::layout {
namespace {

// Lists of targets, each ending in a list that others may share. List 0 is the empty one.
class TargetLists {
 public:
  std::uint32_t add(Node head, std::uint32_t tail) {
    const std::uint64_t key = (std::uint64_t{head} << 32) | tail;
    const auto [found, added] = known_.try_emplace(key, static_cast<std::uint32_t>(cells_.size()));
    if (added) cells_.push_back({head, tail});
    return found->second;
  }
  Node head(std::uint32_t list) const { return cells_[list].head; }
  std::uint32_t tail(std::uint32_t list) const { return cells_[list].tail; }
  std::size_t size() const { return cells_.size(); }

 private:
  struct Cell {
    Node head;
    std::uint32_t tail;
  };
  std::vector<Cell> cells_{{kNone, 0}};
  std::unordered_map<std::uint64_t, std::uint32_t> known_;
};

// Builds the levels from above; gives up where there are too many passes.
class Builder {
 public:
  Builder(const Adjacency& adjacency, const std::vector<std::uint32_t>& level_of, std::uint32_t longest)
      : adjacency_(adjacency), level_of_(level_of), longest_(longest) {}

  std::optional<Levels> build(std::size_t most_passes);

 private:
  void note_targets();
  void add_gap(std::uint32_t level);
  BusIndex bus_for(std::uint32_t list, std::uint32_t level);
  Carrier pass_for(std::uint32_t list, std::uint32_t level);

  const Adjacency& adjacency_;
  const std::vector<std::uint32_t>& level_of_;
  std::uint32_t longest_;
  TargetLists lists_;
  std::vector<std::uint32_t> list_of_;  // carrier -> what it has to reach
  std::vector<BusIndex> bus_of_list_;   // the last bus with these targets, if it lies in the gap being built
  std::vector<Carrier> pass_of_list_;   // the same for passes
  Levels levels_;
};

void Builder::note_targets() {
  list_of_.assign(levels_.node_count, 0);
  std::vector<Node> targets;
  for (Node node = 0; node < levels_.node_count; ++node) {
    targets.clear();
    for (const Node next : adjacency_.down.of(node)) {
      if (level_of_[next] - level_of_[node] > longest_) {
        levels_.loose.push_back({node, next});
      } else {
        targets.push_back(next);
      }
    }
    // The farthest first: a list grows at its head.
    std::sort(targets.begin(), targets.end(),
              [&](Node a, Node b) { return std::pair(level_of_[a], a) > std::pair(level_of_[b], b); });
    for (const Node target : targets) list_of_[node] = lists_.add(target, list_of_[node]);
  }
  bus_of_list_.assign(lists_.size(), kNone);
  pass_of_list_.assign(lists_.size(), kNone);
}

BusIndex Builder::bus_for(std::uint32_t list, std::uint32_t level) {
  BusIndex& bus = bus_of_list_[list];
  if (bus != kNone && !levels_.gaps[level].empty() && bus >= levels_.gaps[level].front()) return bus;
  bus = static_cast<BusIndex>(levels_.buses.size());
  levels_.buses.emplace_back();
  levels_.gaps[level].push_back(bus);
  std::uint32_t rest = list;
  for (; rest != 0 && level_of_[lists_.head(rest)] == level + 1; rest = lists_.tail(rest)) {
    levels_.buses.back().targets.push_back(lists_.head(rest));
  }
  if (rest != 0) {
    const Carrier pass = pass_for(rest, level + 1);
    levels_.buses.back().targets.push_back(pass);
  }
  return bus;
}

Carrier Builder::pass_for(std::uint32_t list, std::uint32_t level) {
  Carrier& pass = pass_of_list_[list];
  if (pass != kNone && levels_.level_of[pass] == level) return pass;
  pass = static_cast<Carrier>(levels_.level_of.size());
  levels_.level_of.push_back(level);
  levels_.below.push_back(kNone);
  levels_.carriers[level].push_back(pass);
  list_of_.push_back(list);
  return pass;
}

void Builder::add_gap(std::uint32_t level) {
  for (const Carrier carrier : levels_.carriers[level]) {
    if (list_of_[carrier] == 0) continue;
    const BusIndex bus = bus_for(list_of_[carrier], level);
    levels_.below[carrier] = bus;
    levels_.buses[bus].sources.push_back(carrier);
  }
}

std::optional<Levels> Builder::build(std::size_t most_passes) {
  levels_.node_count = level_of_.size();
  levels_.level_of = level_of_;
  levels_.below.assign(levels_.node_count, kNone);
  const std::uint32_t count = 1 + *std::max_element(level_of_.begin(), level_of_.end());
  levels_.carriers.resize(count);
  levels_.gaps.resize(count);
  for (Node node = 0; node < levels_.node_count; ++node) levels_.carriers[level_of_[node]].push_back(node);
  note_targets();
  for (std::uint32_t level = 0; level + 1 < count; ++level) {
    add_gap(level);
    if (levels_.size() - levels_.node_count > most_passes) return std::nullopt;
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> above;
  for (BusIndex bus = 0; bus < levels_.buses.size(); ++bus) {
    for (const Carrier target : levels_.buses[bus].targets) above.emplace_back(target, bus);
  }
  levels_.above = Rows(levels_.size(), above);
  return std::move(levels_);
}

// Numbers carriers in the order of a walk along the buses and sorts each level by it.
void order_by_walk(Levels& levels) {
  std::vector<std::uint32_t> number(levels.size(), kNone);
  std::vector<bool> bus_seen(levels.buses.size(), false);
  std::vector<Carrier> stack;
  std::uint32_t next = 0;
  const auto walk_from = [&](Carrier root) {
    stack.push_back(root);
    while (!stack.empty()) {
      const Carrier carrier = stack.back();
      stack.pop_back();
      if (number[carrier] != kNone) continue;
      number[carrier] = next++;
      const BusIndex bus = levels.below[carrier];
      if (bus == kNone || bus_seen[bus]) continue;
      bus_seen[bus] = true;
      const std::vector<Carrier>& targets = levels.buses[bus].targets;
      stack.insert(stack.end(), targets.rbegin(), targets.rend());
    }
  };
  for (const std::vector<Carrier>& level : levels.carriers) {
    for (const Carrier carrier : level) {
      if (levels.above.of(carrier).empty()) walk_from(carrier);
    }
  }
  for (std::vector<Carrier>& level : levels.carriers) {
    std::sort(level.begin(), level.end(), [&](Carrier a, Carrier b) { return number[a] < number[b]; });
  }
}

}  // namespace

Levels build_levels(const Adjacency& adjacency, const std::vector<std::uint32_t>& level_of, std::size_t most_passes) {
  std::uint32_t longest = *std::max_element(level_of.begin(), level_of.end()) + 1;
  while (true) {
    // Edges from one level to the next need no pass, so this ends.
    std::optional<Levels> levels = Builder(adjacency, level_of, longest).build(most_passes);
    if (levels) {
      order_by_walk(*levels);
      return std::move(*levels);
    }
    longest = std::max<std::uint32_t>(longest / 2, 1);
  }
}

}  // namespace sennit::layout

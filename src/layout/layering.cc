#include "layout/layering.h"

#include <algorithm>
#include <ranges>

namespace sennit::layout {

std::vector<std::uint32_t> assign_levels(const Adjacency& adjacency) {
  std::vector<std::uint32_t> level(adjacency.order.size(), 0);
  for (const Node node : adjacency.order) {
    for (const Node next : adjacency.down.of(node)) level[next] = std::max(level[next], level[node] + 1);
  }
  // From below, so that what a node sinks towards has sunk already. Nodes on a longest path cannot move, which keeps
  // every level occupied.
  for (const Node node : std::views::reverse(adjacency.order)) {
    const auto below = adjacency.down.of(node);
    if (below.size() <= adjacency.up.of(node).size()) continue;
    std::uint32_t lowest = level[below.front()];
    for (const Node next : below) lowest = std::min(lowest, level[next]);
    level[node] = lowest - 1;
  }
  return level;
}

}  // namespace sennit::layout

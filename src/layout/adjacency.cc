#include "layout/adjacency.h"

#include <fmt/format.h>

#include <algorithm>

namespace sennit::layout {

Result<Adjacency> adjacency_of(std::size_t node_count, const std::vector<Edge>& edges) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  pairs.reserve(edges.size());
  for (const Edge& edge : edges) {
    if (edge.from >= node_count || edge.to >= node_count) {
      return Error(ErrorCode::kInvalid,
                   fmt::format("edge {} -> {}: there are {} nodes", edge.from, edge.to, node_count));
    }
    pairs.emplace_back(edge.from, edge.to);
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  Adjacency adjacency;
  adjacency.down = Rows(node_count, pairs);
  for (auto& [from, to] : pairs) std::swap(from, to);
  adjacency.up = Rows(node_count, pairs);

  std::vector<std::size_t> missing(node_count);
  for (Node node = 0; node < node_count; ++node) {
    missing[node] = adjacency.up.of(node).size();
    if (missing[node] == 0) adjacency.order.push_back(node);
  }
  for (std::size_t at = 0; at < adjacency.order.size(); ++at) {
    for (const Node next : adjacency.down.of(adjacency.order[at])) {
      if (--missing[next] == 0) adjacency.order.push_back(next);
    }
  }
  if (adjacency.order.size() != node_count) return Error(ErrorCode::kInvalid, "the edges of the graph have a cycle");
  return adjacency;
}

}  // namespace sennit::layout

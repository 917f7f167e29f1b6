// The edges of a graph from both ends, and its nodes in an order in which no edge leads back.
#pragma once

#include <vector>

#include "base/result.h"
#include "layout/graph.h"
#include "layout/rows.h"

namespace sennit::layout {

struct Adjacency {
  Rows down;                // node -> where its edges lead; ascending, each once
  Rows up;                  // node -> where its edges come from; ascending, each once
  std::vector<Node> order;  // topological; among nodes that are free at the same time, by number
};

// Fails: kInvalid if an edge names no node, or the edges have a cycle.
Result<Adjacency> adjacency_of(std::size_t node_count, const std::vector<Edge>& edges);

}  // namespace sennit::layout

// Leaves out edges that others imply: a -> c where a -> b -> c is there.
#pragma once

#include <vector>

#include "base/result.h"
#include "layout/graph.h"

namespace sennit::layout {

// The edges that are left, sorted. Only nodes with several edges below and above them cost more than their edges;
// memory is bounded. A graph that would take too long (hundreds of thousands of such nodes) comes back whole.
// Fails: as adjacency_of.
Result<std::vector<Edge>> without_implied(std::size_t node_count, const std::vector<Edge>& edges);

}  // namespace sennit::layout

// Nodes that are equal but for their names, so that one box can stand for all of them.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "layout/graph.h"

namespace sennit::layout {

// Classes of nodes. Two nodes are in one class if their keys are equal and their neighbours above and below are of the
// same classes: 1000 trainings that each have an evaluation are two classes. Numbered in the order of their first
// nodes. Classes of fewer than `fewest` nodes are taken apart again. Edges between classes have no cycle.
// Fails: as adjacency_of.
Result<std::vector<std::uint32_t>> equal_siblings(std::size_t node_count, const std::vector<Edge>& edges,
                                                  const std::vector<std::uint32_t>& keys, std::uint32_t fewest);

}  // namespace sennit::layout

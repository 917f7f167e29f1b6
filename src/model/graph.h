// Edges between groups in compressed rows, and what a builder needs of them.
#pragma once

#include <utility>
#include <vector>

#include "model/workflow.h"

namespace sennit {

// (from, to)
using Edge = std::pair<GroupIndex, GroupIndex>;

// Rows of `from`; sorts `edges` and drops duplicates.
GroupEdges compress_edges(std::vector<Edge>& edges, std::size_t group_count);

// The groups along a cycle, the first one repeated at the end; empty if there is none. Linear, without recursion.
std::vector<GroupIndex> find_cycle(const GroupEdges& edges, std::size_t group_count);

}  // namespace sennit

// Which level each node lies on: every edge leads to a lower one.
#pragma once

#include <cstdint>
#include <vector>

#include "layout/adjacency.h"

namespace sennit::layout {

// By the longest path from above, so that there are as few levels as can be; then nodes with more edges below than
// above sink towards them, which makes lines shorter. No level is empty.
std::vector<std::uint32_t> assign_levels(const Adjacency& adjacency);

}  // namespace sennit::layout

// A workflow in Graphviz' language: groups are clusters.
#pragma once

#include <string>

#include "drawing/flow.h"

namespace sennit::drawing {

// The whole workflow: every task and every edge.
std::string to_dot(const Flow& flow);

}  // namespace sennit::drawing

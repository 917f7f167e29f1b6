// A workflow as a Mermaid flowchart, as GitHub and many wikis draw it: groups are subgraphs.
#pragma once

#include <string>

#include "drawing/flow.h"

namespace sennit::drawing {

// The whole workflow: every task and every edge.
std::string to_mermaid(const Flow& flow);

}  // namespace sennit::drawing

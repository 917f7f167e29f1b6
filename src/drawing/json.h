// A workflow's graph as JSON, with the coordinates of a drawing of it.
//
//   {"name", "id", "status", "width", "height",
//    "groups": [{"name", "named", "status", "level", "x", "y", "width", "height"}],
//    "nodes":  [{"name", "group", "lead", "status", "x", "y", "width", "height"}],
//    "edges":  [{"from", "to"}],
//    "layers": [["group", ...], ...],
//    "wires":  [{"segments": [[x1, y1, x2, y2], ...], "tails": [[x, y], ...], "heads": [[x, y], ...]}]}
//
// Nodes are tasks; edges lead from group to group, by name. `id` and `status` are null for a file. Coordinates are
// cells, about twice as high as wide; lines run through the middle of theirs. Whatever enters a wire leaves it at every
// head, or goes on in the wire that begins in the cell where it ends.
#pragma once

#include <string>

#include "base/result.h"
#include "drawing/flow.h"

namespace sennit::drawing {

// The whole workflow: every task and every edge. Fails: kInvalid if the edges have a cycle.
Result<std::string> to_json(const Flow& flow);

}  // namespace sennit::drawing

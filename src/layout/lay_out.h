// The layered drawing of a graph without cycles.
//
// Threads: any; pure. The same graph gives the same drawing, byte for byte.
// Cost:    close to linear in nodes and edges; 10,000 of each take a fraction of a second.
#pragma once

#include "base/result.h"
#include "layout/graph.h"

namespace sennit::layout {

struct Spacing {
  int between_boxes = 2;    // beside each other on one level
  int before_lines = 0;     // cells that a line runs straight before the first turn
  int between_parts_x = 3;  // between parts of the graph that no edge joins
  int between_parts_y = 1;
};

struct Options {
  Direction direction = Direction::kDown;
  Spacing spacing;
  int max_width = 0;  // 0: as wide as it gets
};

// Fails: kInvalid if the edges have a cycle or name no node; kExhausted if the drawing does not fit into `max_width`
// (found early where a single level shows it).
Result<Layout> lay_out(const Graph& graph, const Options& options = {});

}  // namespace sennit::layout

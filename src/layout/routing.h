// From columns to lines: where on its box each line enters, which row it turns in, and how deep every level lies.
//
// Everything here is for levels from above to below; the caller turns it for drawings from left to right.
#pragma once

#include <vector>

#include "layout/graph.h"
#include "layout/levels.h"

namespace sennit::layout {

struct Frame {
  std::vector<int> across;   // of each carrier
  std::vector<int> along;    // of each node
  std::vector<int> columns;  // of each carrier: its middle
  int before_lines = 0;
};

// How wide a carrier has to be for its lines to enter beside each other.
int least_across(const Levels& levels, Carrier carrier);

// Boxes, wires and the size; levels and loose edges are not filled in.
Layout draw_lines(const Levels& levels, const Frame& frame);

}  // namespace sennit::layout

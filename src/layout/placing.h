// Where carriers lie across: straight lines first, then balance.
//
// After Brandes and Köpf, "Fast and Simple Horizontal Coordinate Assignment" (2001): each carrier is lined up with its
// middle neighbour, once upwards and once downwards, once preferring the left and once the right; lined-up blocks are
// packed; the four results are averaged. Passes are lined up before all others, so a long line has no bends.
#pragma once

#include <vector>

#include "layout/levels.h"

namespace sennit::layout {

struct Extents {
  std::vector<int> across;  // of each carrier
  int between_boxes = 2;    // between two nodes; lines keep a cell to what is beside them
};

// The column of each carrier's middle, from which it extends across / 2 to the left. All are even: that leaves an odd
// column beside each, where a line can step aside.
std::vector<int> place_across(const Levels& levels, const Extents& extents);

}  // namespace sennit::layout

// Rectangles in rows, in their order, as words in a paragraph.
#pragma once

#include <vector>

#include "layout/graph.h"

namespace sennit::layout {

struct Shelves {
  std::vector<Point> corners;  // upper left, of each
  Size size;
};

// A row ends where the next one would pass `max_width`; 0: rows of a length that makes a pleasant whole on a screen.
Shelves put_on_shelves(const std::vector<Size>& sizes, int max_width, int gap_x, int gap_y);

}  // namespace sennit::layout

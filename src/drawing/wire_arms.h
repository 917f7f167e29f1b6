// Which way a wire's lines leave each of its cells.
#pragma once

#include <vector>

#include "layout/graph.h"

namespace sennit::drawing {

inline constexpr unsigned kUp = 1;
inline constexpr unsigned kDown = 2;
inline constexpr unsigned kLeft = 4;
inline constexpr unsigned kRight = 8;
inline constexpr unsigned kVertical = kUp | kDown;
inline constexpr unsigned kHorizontal = kLeft | kRight;

struct Arms {
  layout::Point at;
  unsigned arms = 0;
};

// Each cell once, by rows: a wire joins with itself wherever its lines meet. Towards the boxes where it begins there is
// an arm, too.
std::vector<Arms> arms_of(const layout::Wire& wire, layout::Direction direction);

// The cells in which four of its lines meet. Looks at the ends of lines only, however long they are.
std::vector<layout::Point> crosses_of(const layout::Wire& wire, layout::Direction direction);

}  // namespace sennit::drawing

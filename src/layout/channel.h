// The rows between two levels: which bus turns in which.
#pragma once

#include <vector>

namespace sennit::layout {

// A bus by its columns: where lines come from above, and where they go down to.
struct Crossbar {
  std::vector<int> tops;
  std::vector<int> bottoms;
};

inline constexpr int kStraight = -1;

struct Channel {
  std::vector<int> track;                // of each bus, counted from above; kStraight: needs none
  std::vector<std::vector<char>> steps;  // of each bus and bottom: it comes down one column to the right
  int tracks = 0;
  bool has_steps = false;  // a row more, in which those step back to their columns
};

// No two lines of different buses run along each other: tracks do not overlap, and where a line from above and one to
// below share a column, the former turns first, or the latter steps aside. No column is the top of two buses or the
// bottom of two; columns shared by a top and a bottom of different buses are even, and the odd one beside them is free.
// Small gaps are also arranged for few crossings. n log n for large ones.
Channel route_channel(const std::vector<Crossbar>& buses);

}  // namespace sennit::layout

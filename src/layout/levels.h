// Lines in pieces from level to level, joined where that says the same.
//
// What lies on a level is a carrier: a node, or a pass, where a line goes by. A carrier has targets still to reach. All
// carriers of a level with the same targets feed one bus, which runs between this level and the next and leads to
// the targets that lie there and, for the rest, to one pass on the next level. So a bus says exactly what its edges
// say: every source reaches every target. 1000 nodes that all lead to 1000 others are one bus of 2000 ends.
//
// The targets of a carrier are an interned list, ordered by level; what is left of it further down is its tail. Equal
// lists are equal numbers, which makes all of this linear in the edges and passes.
#pragma once

#include <cstdint>
#include <vector>

#include "layout/adjacency.h"

namespace sennit::layout {

inline constexpr std::uint32_t kNone = ~std::uint32_t{0};

using Carrier = std::uint32_t;  // below `node_count` the graph's node of that number, from there on a pass
using BusIndex = std::uint32_t;

struct Bus {
  std::vector<Carrier> sources;  // at most one of them is a pass
  std::vector<Carrier> targets;  // likewise
};

struct Levels {
  std::size_t node_count = 0;
  std::vector<std::vector<Carrier>> carriers;  // of each level, from left to right
  std::vector<std::vector<BusIndex>> gaps;     // the buses below each level
  std::vector<Bus> buses;
  std::vector<std::uint32_t> level_of;  // of each carrier
  std::vector<BusIndex> below;          // of each carrier: the bus that it feeds; kNone
  Rows above;                           // of each carrier: the buses that lead to it
  std::vector<Edge> loose;              // left out: longer than all others, and too many

  bool is_pass(Carrier carrier) const { return carrier >= node_count; }
  std::size_t size() const { return level_of.size(); }
};

// `level_of`: of each node. The order within levels is a first guess: what is connected stands together. When more than
// `most_passes` would be needed, the longest edges are left out.
Levels build_levels(const Adjacency& adjacency, const std::vector<std::uint32_t>& level_of, std::size_t most_passes);

}  // namespace sennit::layout

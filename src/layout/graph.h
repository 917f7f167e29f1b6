// A graph of boxes, and its drawing as coordinates.
//
// Coordinates are cells of a grid: characters for a terminal, multiplied by a cell's size for a picture. A line runs
// through the middle of its cells.
#pragma once

#include <cstdint>
#include <vector>

namespace sennit::layout {

using Node = std::uint32_t;

struct Size {
  int width = 1;
  int height = 1;
  friend bool operator==(const Size&, const Size&) = default;
};

struct Edge {
  Node from = 0;
  Node to = 0;
  friend auto operator<=>(const Edge&, const Edge&) = default;
};

// Nodes are positions in `nodes`. Equal edges count once.
struct Graph {
  std::vector<Size> nodes;
  std::vector<Edge> edges;
};

struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

struct Segment {
  Point from;
  Point to;  // on the same row or column; may be the same cell
  friend bool operator==(const Segment&, const Segment&) = default;
};

struct Box {
  int x = 0;
  int y = 0;
  int width = 0;  // at least what was asked for: where many lines enter, the box is made wide enough for them
  int height = 0;
  std::uint32_t level = 0;  // 0 for boxes that nothing leads to
  friend bool operator==(const Box&, const Box&) = default;
};

// Lines that are joined. Whatever enters a wire at one end leaves it at every other: to follow a wire never needs a
// decision, so what is drawn says what the edges say and no more. Two wires meet only where one crosses the other.
struct Wire {
  std::vector<Segment> segments;
  std::vector<Point> tails;  // the cells next to boxes (outside) where it begins
  std::vector<Point> heads;  // ... and where it ends: the places for arrow heads
  friend bool operator==(const Wire&, const Wire&) = default;
};

enum class Direction : std::uint8_t { kDown, kRight };

struct Layout {
  Direction direction = Direction::kDown;
  int width = 0;
  int height = 0;
  std::vector<Box> boxes;                 // of each node
  std::vector<Wire> wires;                //
  std::vector<std::vector<Node>> levels;  // in the order in which they are drawn
  std::vector<Edge> loose;                // edges without a wire: too long and too many
  friend bool operator==(const Layout&, const Layout&) = default;
};

}  // namespace sennit::layout

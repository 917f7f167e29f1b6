// For tests: reads a layout as a person would, from its boxes and lines alone.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "layout/graph.h"

namespace sennit::layout {

// Directions in which lines leave a cell, as bits.
inline constexpr unsigned kUp = 1;
inline constexpr unsigned kDown = 2;
inline constexpr unsigned kLeft = 4;
inline constexpr unsigned kRight = 8;

class LayoutReader {
 public:
  // A layout from left to right is read turned.
  explicit LayoutReader(Layout layout) : layout_(std::move(layout)) {
    if (layout_.direction == Direction::kRight) turn();
    for (std::size_t wire = 0; wire < layout_.wires.size(); ++wire) {
      for (const Segment& segment : layout_.wires[wire].segments) note(segment, wire);
      for (const Point& tail : layout_.wires[wire].tails) cells_[{tail.y, tail.x}][wire] |= kUp;
      for (const Point& head : layout_.wires[wire].heads) cells_[{head.y, head.x}][wire] |= kDown;
    }
  }

  // What is wrong with the drawing; "" if nothing is.
  std::string problem() const {
    for (std::size_t a = 0; a < layout_.boxes.size(); ++a) {
      const Box& box = layout_.boxes[a];
      if (box.x < 0 || box.y < 0 || box.x + box.width > layout_.width || box.y + box.height > layout_.height) {
        return "a box lies outside";
      }
      for (int y = box.y; y < box.y + box.height; ++y) {
        for (int x = box.x; x < box.x + box.width; ++x) {
          if (cells_.contains({y, x})) return "a line runs through box " + std::to_string(a);
        }
      }
      for (std::size_t b = a + 1; b < layout_.boxes.size(); ++b) {
        if (overlap(box, layout_.boxes[b])) return "boxes overlap: " + std::to_string(a) + " " + std::to_string(b);
      }
    }
    for (const auto& [cell, wires] : cells_) {
      const auto [y, x] = cell;
      if (x < 0 || y < 0 || x >= layout_.width || y >= layout_.height) return "a line lies outside";
      if (!may_share(wires)) {
        std::string found = "lines run along each other at " + std::to_string(x) + "," + std::to_string(y) + ":";
        for (const auto& [wire, arms] : wires) found += " " + std::to_string(wire) + " as " + std::to_string(arms);
        return found;
      }
    }
    return "";
  }

  // The edges that the wires say.
  std::set<Edge> edges() const {
    std::set<Edge> found;
    for (std::size_t wire = 0; wire < layout_.wires.size(); ++wire) {
      const std::set<Node> targets = reached_from(wire);
      for (const Point& tail : layout_.wires[wire].tails) {
        for (const Node target : targets) found.insert({box_at(tail.x, tail.y - 1), target});
      }
    }
    return found;
  }

 private:
  using Cell = std::pair<int, int>;  // y, x

  void turn() {
    const auto turned = [](Point point) { return Point{point.y, point.x}; };
    std::swap(layout_.width, layout_.height);
    for (Box& box : layout_.boxes) box = {box.y, box.x, box.height, box.width, box.level};
    for (Wire& wire : layout_.wires) {
      for (Segment& segment : wire.segments) segment = {turned(segment.from), turned(segment.to)};
      for (Point& point : wire.heads) point = turned(point);
      for (Point& point : wire.tails) point = turned(point);
    }
  }

  void note(const Segment& segment, std::size_t wire) {
    const auto [left, right] = std::minmax(segment.from.x, segment.to.x);
    const auto [top, bottom] = std::minmax(segment.from.y, segment.to.y);
    for (int y = top; y <= bottom; ++y) {
      for (int x = left; x <= right; ++x) {
        unsigned& arms = cells_[{y, x}][wire];
        if (y > top) arms |= kUp;
        if (y < bottom) arms |= kDown;
        if (x > left) arms |= kLeft;
        if (x < right) arms |= kRight;
      }
    }
  }

  static bool overlap(const Box& a, const Box& b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  }

  // Two wires share a cell where one crosses the other, or where one goes on as the other.
  static bool may_share(const std::map<std::size_t, unsigned>& wires) {
    if (wires.size() < 2) return true;
    if (wires.size() > 2) return false;
    const unsigned a = wires.begin()->second;
    const unsigned b = wires.rbegin()->second;
    const bool crossing =
        (a == (kUp | kDown) && b == (kLeft | kRight)) || (b == (kUp | kDown) && a == (kLeft | kRight));
    const bool joint = (a & b) == 0 && (a == kUp || b == kUp);
    return crossing || joint;
  }

  Node box_at(int x, int y) const {
    for (Node node = 0; node < layout_.boxes.size(); ++node) {
      const Box& box = layout_.boxes[node];
      if (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height) return node;
    }
    return ~Node{0};
  }

  std::set<Node> reached_from(std::size_t wire) const {
    std::set<Node> reached;
    for (const Point& head : layout_.wires[wire].heads) reached.insert(box_at(head.x, head.y + 1));
    for (const auto& [cell, wires] : cells_) {
      const auto mine = wires.find(wire);
      if (mine == wires.end() || mine->second != kUp || wires.size() != 2) continue;
      for (const auto& [other, arms] : wires) {
        if (other != wire) reached.merge(reached_from(other));
      }
    }
    return reached;
  }

  Layout layout_;
  std::map<Cell, std::map<std::size_t, unsigned>> cells_;
};

}  // namespace sennit::layout

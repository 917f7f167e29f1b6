// A grid of characters to draw boxes, lines and text on.
//
// Lines that cross without being joined are told apart from those that are: of two that cross, the one up and down is
// drawn through; where lines are joined there is a tee or a cross.
//
// Ownership: a plain value of 12 bytes a cell. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "drawing/flow.h"
#include "drawing/picture.h"
#include "layout/graph.h"

namespace sennit::drawing {

// A piece of a row whose characters mean one state.
struct TextSpan {
  std::string text;
  State state = State::kNone;
};
using TextRow = std::vector<TextSpan>;

class Canvas {
 public:
  Canvas(int width, int height, Charset charset);

  // An empty frame; what was inside stays.
  void box(const layout::Box& box, State state);
  // Begins on a cell, and is cut at the canvas' edge.
  void text(layout::Point at, std::string_view text, State state);
  // A wire's lines, the tees where it leaves boxes and the arrow heads where it ends. After the boxes.
  void wire(const layout::Wire& wire, layout::Direction direction);

  // Without spaces at their ends.
  std::vector<TextRow> rows() const;

 private:
  struct Cell {
    char32_t code = 0;  // 0: lines only, or nothing
    std::uint8_t arms = 0;
    State state = State::kNone;
    bool covered = false;  // by the wide character on its left
  };

  Cell* at(int x, int y);
  std::size_t index_of(int x, int y) const {
    return static_cast<std::size_t>(y) * width_ + static_cast<std::size_t>(x);
  }
  void add_arms(int x, int y, unsigned arms, State state);
  void append(std::string& out, std::size_t index) const;

  std::size_t width_;
  int height_;
  Charset charset_;
  std::vector<Cell> cells_;
  std::map<std::size_t, std::string> marks_;  // combining characters on a cell
};

}  // namespace sennit::drawing

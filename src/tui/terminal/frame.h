// What a terminal is to show: a grid of cells, and rectangles of it to write into.
//
// Text from outside may say anything: what is no printable character is shown as a word or left out (base/printable.h),
// so that it can neither move the cursor nor change colours. A wide character takes two cells, a combining mark joins
// the cell before it.
//
// Threads: values. Ownership: a Pane borrows its frame.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tui/terminal/look.h"

namespace sennit::tui {

struct Cell {
  static constexpr std::size_t kMostBytes = 15;  // a character with its marks; more of them are left out

  std::array<char, kMostBytes> bytes = {' '};
  std::uint8_t size = 1;
  std::uint8_t width = 1;  // 0: the right half of the wide one before it
  Look look;

  std::string_view text() const { return {bytes.data(), size}; }
  friend bool operator==(const Cell&, const Cell&) = default;
};

// What a terminal can show: on one of ASCII each column of another character is a `?`, so that nothing else is ever
// written to it. Signs of ours have others there (Theme::ascii).
enum class Charset : std::uint8_t { kUtf8, kAscii };

class Frame {
 public:
  Frame() = default;
  Frame(int width, int height, Charset charset = Charset::kUtf8);

  int width() const { return width_; }
  int height() const { return height_; }
  Charset charset() const { return charset_; }
  const Cell& at(int x, int y) const { return cells_[index(x, y)]; }
  Cell& at(int x, int y) { return cells_[index(x, y)]; }
  friend bool operator==(const Frame&, const Frame&) = default;

  // Line by line, without looks and without the spaces at their ends: for tests.
  std::string text() const;

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x);
  }
  int width_ = 0;
  int height_ = 0;
  Charset charset_ = Charset::kUtf8;
  std::vector<Cell> cells_;
};

struct Rect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool contains(int at_x, int at_y) const { return at_x >= x && at_x < x + width && at_y >= y && at_y < y + height; }
  friend bool operator==(const Rect&, const Rect&) = default;
};

// How many columns Pane::put takes for it.
int columns_of(std::string_view text);

// A rectangle of a frame. Coordinates are its own; what lies outside is not drawn.
class Pane {
 public:
  explicit Pane(Frame& frame) : Pane(frame, {0, 0, frame.width(), frame.height()}) {}

  int width() const { return place_.width; }
  int height() const { return place_.height; }
  // Where it lies in the frame: for what is to be found again by the mouse.
  Rect place() const { return place_; }

  // The part of it, cut to what there is.
  Pane part(Rect place) const;
  Pane rows(int first, int count) const { return part({0, first, width(), count}); }

  void fill(const Look& look) const;
  // From there to the right; what does not fit is cut. Returns the column behind it.
  int put(int x, int y, std::string_view text, const Look& look) const;
  // At most so many columns, with a mark where text was cut.
  int put_cut(int x, int y, std::string_view text, int columns, const Look& look) const;
  // The text as put_cut shows it.
  std::string cut(std::string_view text, int columns) const;
  void put_right(int y, std::string_view text, const Look& look) const;
  // Changes how cells look, and leaves what they say.
  void paint(Rect place, const Look& look) const;
  // Another background only.
  void shade(Rect place, Colour back) const;

 private:
  Pane(Frame& frame, Rect place) : frame_(&frame), place_(place) {}
  bool put_one(int x, int y, std::string_view bytes, int columns, const Look& look) const;
  void join(int x, int y, std::string_view mark) const;

  Frame* frame_;
  Rect place_;
};

}  // namespace sennit::tui

// The bytes that turn what a terminal shows into the next frame: only what has changed, in one synchronized update
// where the terminal knows of those (it ignores the request otherwise).
//
// Threads: one at a time. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tui/terminal/frame.h"

namespace sennit::tui {

enum class ColourDepth : std::uint8_t { kNone, kSixteen, k256, kTrue };

class FrameWriter {
 public:
  explicit FrameWriter(ColourDepth depth) : depth_(depth) {}

  // What is to be written; "" if nothing has changed.
  std::string update(const Frame& next);

  // What the terminal shows is not known any more: the next update writes all of it.
  void forget() { shown_.reset(); }

 private:
  void write_row(const Frame& next, int y, std::string& out);
  void move_to(int x, int y, std::string& out);
  void look(const Look& look, std::string& out);

  ColourDepth depth_;
  std::optional<Frame> shown_;
  std::optional<Look> look_;  // as the terminal has it
  int x_ = -1;                // its cursor; -1: somewhere
  int y_ = -1;
};

// What the terminal says of itself: COLORTERM, TERM and NO_COLOR.
ColourDepth colour_depth(const char* no_color, const char* color_term, const char* term);

}  // namespace sennit::tui

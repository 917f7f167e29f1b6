// A workflow with labels and coordinates: what is left to do is to draw it.
//
// Coordinates are characters: a box of one line of text is three rows high.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "drawing/flow.h"
#include "drawing/outline.h"
#include "layout/graph.h"

namespace sennit::drawing {

enum class Charset : std::uint8_t { kUtf8, kAscii };

// One character that says a state where there are no colours; "" for none.
std::string_view mark_of(State state, Charset charset);

// A name made safe to show in a character set.
std::string shown(std::string_view raw, Charset charset);

// "first … last (1000)"; each name at most `columns` wide.
std::string shown_range(std::string_view first, std::string_view last, std::size_t count, Charset charset, int columns);

// How many are in each state: "✓ 990  ✗ 4  ● 6"; "" for none.
std::string shown_counts(const std::vector<State>& states, Charset charset);

// The state that matters most to somebody who looks at many at once.
State worst_of(const std::vector<State>& states);

struct PictureOptions {
  layout::Direction direction = layout::Direction::kDown;
  Charset charset = Charset::kUtf8;
  int max_width = 0;  // 0: as wide as it gets
  int max_label = 32;
};

struct PictureTask {
  std::vector<std::string> lines;    // safe to show, cut to size
  std::vector<std::uint32_t> tasks;  // of the flow; several: equal siblings
  State state = State::kNone;
  layout::Box box;
};

struct PictureGroup {
  std::string title;                  // of its frame; "" for a task that stands alone: its box is the group's
  std::vector<std::uint32_t> groups;  // of the flow
  State state = State::kNone;
  layout::Box box;
  std::vector<PictureTask> tasks;
};

struct Picture {
  std::vector<PictureGroup> groups;
  layout::Layout layout;  // its nodes are `groups`
};

// Fails: as layout::lay_out.
Result<Picture> picture_of(const Flow& flow, const Outline& outline, const PictureOptions& options);

}  // namespace sennit::drawing

// A workflow on a terminal: a drawing if one fits, else a list.
//
// The first of these that fits: the whole drawing, from above to below, then from left to right, with names cut shorter
// if that helps; the same with equal siblings in one box; a list. Deterministic.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "drawing/canvas.h"
#include "drawing/flow.h"
#include "drawing/picture.h"

namespace sennit::drawing {

enum class Detail : std::uint8_t {
  kReadable,  // without edges that others imply; equal siblings in one box where the whole is too large
  kFull,      // every task and every edge
};

struct TextPictureOptions {
  int columns = 80;
  Charset charset = Charset::kUtf8;
  Detail detail = Detail::kReadable;
};

// Where the box of a task, or of equal siblings, stands: for those who point at it.
struct TextPlace {
  layout::Box box;
  std::vector<std::uint32_t> tasks;  // of the flow
};

struct TextPicture {
  std::vector<TextRow> rows;
  std::vector<TextPlace> places;   // of a drawing; none: it is a list
  std::vector<std::string> notes;  // sentences: what was left out, and what shows it
};

// Fails: kInvalid if the edges have a cycle.
Result<TextPicture> draw_text(const Flow& flow, const TextPictureOptions& options);

// One line a task (or equal siblings), each after those that it waits for and further in.
std::vector<TextRow> list_rows(const Flow& flow, const Outline& outline, const TextPictureOptions& options);

}  // namespace sennit::drawing

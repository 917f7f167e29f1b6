// The block of progress below the lines that `run` prints on a terminal: the workflow's state, a bar with counts, and
// what runs. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/instant.h"
#include "cli/follow/tally.h"
#include "cli/text/style.h"
#include "drawing/text_picture.h"

namespace sennit::cli {

struct BlockLook {
  std::size_t columns = 80;  // of the terminal; the last one stays free
  std::size_t rows = 24;     // of the terminal; the block takes a part of them
  Style style = Style::plain();
  drawing::Charset charset = drawing::Charset::kUtf8;
};

struct BlockLine {
  std::string text;       // with colours, without its end
  std::size_t width = 0;  // columns that it takes
  friend bool operator==(const BlockLine&, const BlockLine&) = default;
};

std::vector<BlockLine> block_lines(const Tally& tally, Instant now, const BlockLook& look);

}  // namespace sennit::cli

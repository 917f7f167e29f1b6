// The rows of a list that are in sight, one line each, with the selected one on a background of its own.
#pragma once

#include <cstddef>

#include "tui/parts/list_cursor.h"
#include "tui/terminal/frame.h"
#include "tui/view/theme.h"

namespace sennit::tui {

// Fits the cursor to so many rows and this place, and calls `draw(line, row)` for each that is seen.
template <class Draw>
void draw_rows(const Pane& list, const Theme& theme, ListCursor& cursor, std::size_t count, const Draw& draw) {
  cursor.fit(count, list.height());
  for (int y = 0; y < list.height() && cursor.first() + static_cast<std::size_t>(y) < count; ++y) {
    const std::size_t row = cursor.first() + static_cast<std::size_t>(y);
    draw(list.rows(y, 1), row);
    if (row == cursor.selected()) list.shade({0, y, list.width(), 1}, theme.selected);
  }
}

}  // namespace sennit::tui

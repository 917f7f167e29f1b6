// Borders with titles, bars of progress, and text in lines: what screens are put together from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tui/terminal/frame.h"
#include "tui/view/theme.h"

namespace sennit::tui {

// Draws a border with the title in its upper left and `right` in its upper right; returns what is inside. A bold border
// has heavy lines: also without colours one sees which is selected.
Pane box(const Pane& pane, const Theme& theme, const Look& border, std::string_view title, std::string_view right = {},
         const Look* right_look = nullptr);

// A bar that is so full (0 to 1).
void progress_bar(const Pane& pane, const Theme& theme, int x, int y, int columns, double part, const Look& look);

// In place of what has not come yet: that it is on its way, or why it could not be had.
void put_waiting(const Pane& pane, const Theme& theme, std::string_view trouble);

// The text in lines of at most so many columns, broken between words where it can be.
std::vector<std::string> wrapped(std::string_view text, int columns);

}  // namespace sennit::tui

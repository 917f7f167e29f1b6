// A line of text in which what is looked for stands out, whatever the case of its letters.
#pragma once

#include <string_view>

#include "tui/terminal/frame.h"

namespace sennit::tui {

// Returns the column behind it.
int put_with_matches(const Pane& pane, int x, int y, std::string_view line, std::string_view searched, const Look& look,
                     const Look& match);

}  // namespace sennit::tui

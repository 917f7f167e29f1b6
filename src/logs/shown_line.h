// A line of a log as it is shown with something in front of it: harmless to a terminal, colours kept.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace sennit::logs {

// Appends the line without what moves the cursor, sets titles or asks the terminal; colours and the like stay, and end
// with the line. Other control characters and bytes that are not UTF-8 are shown as \x1b.
void append_shown(std::string& out, std::string_view line);

// A line that append_shown() made, without its colours.
std::string without_colours(std::string_view shown);

}  // namespace sennit::logs

// What programs print to move the cursor and to colour, left out: a log is text here.
#pragma once

#include <string>
#include <string_view>

namespace sennit::tui {

// Without ECMA-48 sequences and other control characters; a tab is spaces up to the next column of eight.
std::string without_escapes(std::string_view line);

}  // namespace sennit::tui

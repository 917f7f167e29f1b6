// Text from outside made safe to show: a name or message must not move the cursor or change colours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sennit {

// Control characters and bytes that are not UTF-8 as \n, \t or \x1b; everything else unchanged.
std::string printable(std::string_view text);

// At most `columns` wide; what is cut off is marked.
std::string cut_to_width(std::string_view text, std::size_t columns, std::string_view mark = "…");

// The same, with the mark in the middle: names of many things of a kind differ at their ends.
std::string cut_in_the_middle(std::string_view text, std::size_t columns, std::string_view mark = "…");

}  // namespace sennit

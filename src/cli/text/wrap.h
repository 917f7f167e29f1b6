// Sentences and lines as they stand on a terminal or a page: broken to its width, indented.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sennit::cli {

// Lines of at most `columns`, each ended with '\n', broken at spaces; a word that is longer has a line of its own.
std::string wrapped(std::string_view text, std::size_t columns);

// Adds lines with `spaces` in front of each that is not empty.
void append_indented(std::string& out, std::size_t spaces, std::string_view lines);

}  // namespace sennit::cli

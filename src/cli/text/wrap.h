// Long sentences in lines of a terminal's or a page's width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sennit::cli {

// Lines of at most `columns`, each ended with '\n', broken at spaces; a word that is longer has a line of its own.
std::string wrapped(std::string_view text, std::size_t columns);

}  // namespace sennit::cli

// How wide terminals show a character: the tables behind display_width (base/utf8.h).
#pragma once

#include <cstddef>
#include <cstdint>

namespace sennit {

// 0 for a mark that joins the character before it, 2 for a wide one.
std::size_t character_width(std::uint32_t code_point);

}  // namespace sennit

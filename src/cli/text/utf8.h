// UTF-8, byte by byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sennit::cli {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: no code point begins here
};

// The code point that `text`, which is not empty, begins with.
CodePoint first_code_point(std::string_view text);

// Where the first byte stands that belongs to no code point; npos if the whole text is UTF-8.
std::size_t first_bad_utf8(std::string_view text);

// How many code points a UTF-8 text has.
std::size_t code_points(std::string_view text);

}  // namespace sennit::cli

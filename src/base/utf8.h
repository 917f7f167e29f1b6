// UTF-8: where it is broken, where it may be cut, and how wide it is on a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sennit {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: no code point begins here
};

// The code point that `text`, which is not empty, begins with.
CodePoint first_code_point(std::string_view text);

void append_utf8(std::string& out, std::uint32_t code_point);

// Where the first byte stands that belongs to no code point; npos if the whole text is UTF-8.
std::size_t first_bad_utf8(std::string_view text);

// How many bytes of `text` are at most `limit` and cut no code point in two. Where it is not UTF-8 anyway, `limit`.
std::size_t whole_code_points(std::string_view text, std::size_t limit);

// How many columns it takes on a terminal: none for a combining mark, two for a wide one.
std::size_t display_width(std::uint32_t code_point);
// Of a whole text; a byte that is not UTF-8 takes one.
std::size_t display_width(std::string_view text);

}  // namespace sennit

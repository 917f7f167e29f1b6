// Text as Python sees it: a sequence of code points, held here as UTF-8.
//
// Threads:   pure functions.
// Errors:    none; a byte that is not UTF-8 counts as a code point of its own.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/utf8.h"  // append_utf8

namespace sennit::spec::tmpl {

// The code point at `at`, and how many bytes it takes. `at` is inside `text`.
struct Decoded {
  char32_t code;
  std::size_t size;
};
Decoded decode(std::string_view text, std::size_t at);

std::size_t count_code_points(std::string_view text);
// The byte offset of code point `index`; the size of `text` if there are fewer.
std::size_t byte_offset(std::string_view text, std::size_t index);

bool is_space(char32_t code);  // str.isspace
bool is_alpha(char32_t code);
bool is_digit(char32_t code);  // decimal digits only, of any script
bool is_word(char32_t code);   // \w of Python's re
bool is_printable(char32_t code);
bool is_upper(char32_t code);
bool is_lower(char32_t code);

// With 0 to 9 for the digits of other scripts, as int() and float() read them.
std::string with_ascii_digits(std::string_view text);

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
void append_upper(std::string& out, char32_t code);
void append_lower(std::string& out, char32_t code);

std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);
std::string_view strip(std::string_view text);

}  // namespace sennit::spec::tmpl

// Numbers as programs print them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sennit::progress {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// "-0.25", "2e-05", ".5", "nan", "-Infinity" at the front of `text`; how many bytes it takes. 0: there is none, or one
// that no double holds. A dot without a digit behind it ends a sentence, not a number.
std::size_t scan_number(std::string_view text, double& value);

// "1200" at the front of `text`, likewise; at most 18 digits.
std::size_t scan_integer(std::string_view text, double& value);

// "1.2k", "45.0M", "100": as bars print counts.
std::size_t scan_count(std::string_view text, double& value);

}  // namespace sennit::progress

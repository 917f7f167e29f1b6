// Python's numbers as text, both ways.
//
// Threads:   pure functions.
// Errors:    nothing where Python raises ValueError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "spec/template/big_int.h"

namespace sennit::spec::tmpl {

// Python refuses to turn longer texts into integers, and longer integers into text.
inline constexpr std::size_t kMaxIntegerDigits = 4300;

using Integer = std::variant<std::int64_t, BigInt>;  // BigInt only if 64 bits do not suffice

// int(text, base): surrounding space, one sign, single underscores between digits; base 0 and prefixes as Python.
std::optional<Integer> parse_integer(std::string_view text, unsigned base = 10);
// float(text): as above, with inf, infinity and nan.
std::optional<double> parse_float(std::string_view text);

// repr(value): the shortest digits that read back the same; "1e+22", "1000.0", "nan".
std::string float_text(double value);

}  // namespace sennit::spec::tmpl

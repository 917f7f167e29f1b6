// Python's format mini-language: format(value, "<10.2f").
//
// Threads:   as Heap.
// Errors:    a Fault: kValue for a broken or unfitting specification, kType for values that take none, kLimit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

std::string format_value(Runtime& runtime, const Val& value, std::string_view spec);

// str.format and str.format_map. `template` is a string value. Fields may have attributes and items, which obey the
// sandbox.
struct Args;
Val brace_format(Runtime& runtime, const Val& format, Args& args);

// Shared with %-formatting. A float in one of e, E, f, F, g, G (or '%', times 100), without sign handling: the minus is
// part of the text. `alternate` keeps the point and, for g, trailing zeros.
struct FloatStyle {
  char type = 'f';
  int precision = 6;
  bool alternate = false;
};
std::string float_digits(double value, const FloatStyle& style);

// Integer digits of a base without sign and prefix: type is d, x, X, o or b.
std::string integer_digits(const Val& value, char type);
bool is_negative_integer(const Val& value);

}  // namespace sennit::spec::tmpl

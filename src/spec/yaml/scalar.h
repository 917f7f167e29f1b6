// Plain scalars as PyYAML's safe loader resolves them (YAML 1.1): `yes` and `off` are booleans, 010 is octal, 1:30 is
// ninety, 1_000 a thousand, .inf a float, and 0o10 text.
//
// Threads:   pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "spec/template/numbers.h"

namespace sennit::spec {

enum class ScalarType : std::uint8_t {
  kText,
  kInt,
  kFloat,
  kBool,
  kNull,
  kTimestamp,
  kMerge,  // <<
  kValue,  // =
};

// "text", "a number", "true or false", "nothing (null)" ...: for messages.
std::string_view describe(ScalarType type);

// The type of a scalar that was written without quotes and without a tag.
ScalarType resolve_plain(std::string_view text);

// The value of text that resolve_plain called kInt.
tmpl::Integer int_value(std::string_view text);
// The value of text that resolve_plain called kFloat.
double float_value(std::string_view text);
// The value of text that resolve_plain called kBool.
bool bool_value(std::string_view text);

// What Python's str() prints for the value: "True", "8", "1e+16", "None". For kText the text itself.
std::string python_text(ScalarType type, std::string_view text);

std::string to_string(const tmpl::Integer& value);

}  // namespace sennit::spec

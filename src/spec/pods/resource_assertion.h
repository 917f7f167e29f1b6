// An administrator's check of what a task asks for, against a node or by itself (osmo-spec.md 9, "Resource
// assertions").
//
// Threads:   pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "spec/template/value.h"

namespace sennit::spec {

enum class Comparison : std::uint8_t { kGreater, kGreaterOrEqual, kLess, kLessOrEqual, kEqual };
// "GT", "GE", "LT", "LE", "EQ".
std::optional<Comparison> parse_comparison(std::string_view word);

struct ResourceAssertion {
  Comparison comparison = Comparison::kEqual;
  std::string left;  // templates over resource_tokens
  std::string right;
};

// Fills in both sides and compares them: amounts with a unit in whole Ki, numbers as numbers, the rest as text.
// Fails: kInvalid (a side cannot be filled in, has an unknown unit, or cannot be compared with the other).
Result<bool> holds(const ResourceAssertion& assertion, const tmpl::Variables& tokens);

}  // namespace sennit::spec

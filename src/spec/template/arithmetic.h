// The operators + - * / // % ** ~ and the two signs, as Python computes them.
//
// Threads:   as Heap.
// Errors:    a Fault: kType for operands that do not fit, kValue for a zero divisor or overflow, kLimit for results
//            that are too large.
#pragma once

#include <cstdint>
#include <string_view>

#include "spec/template/heap.h"

namespace sennit::spec::tmpl {

class Runtime;

enum class Operator : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide, kFloorDivide, kModulo, kPower };

std::string_view to_string(Operator op);  // "+"

Val compute(Runtime& runtime, Operator op, const Val& a, const Val& b);
Val negate(Runtime& runtime, const Val& value);
Val positive(Runtime& runtime, const Val& value);

}  // namespace sennit::spec::tmpl

#include "spec/template/arithmetic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/objects.h"
#include "spec/template/percent_format.h"
#include "spec/template/runtime.h"

namespace sennit::spec::tmpl {

namespace {

// Enough for every integer that can be printed, small enough for schoolbook arithmetic.
constexpr std::size_t kMaxIntegerBits = 1U << 16U;

bool integral(const Val& v) { return v.is(Kind::kInt) || v.is(Kind::kBool) || v.is(Kind::kBig); }
bool numeric(const Val& v) { return integral(v) || v.is(Kind::kFloat); }

BigInt widened(const Val& v) { return v.is(Kind::kBig) ? v.as<Big>().value : BigInt(v.integer()); }

double real_of(const Val& v) {
  if (v.is(Kind::kFloat)) return v.real();
  if (!v.is(Kind::kBig)) return static_cast<double>(v.integer());
  const double real = v.as<Big>().value.approximate();
  if (std::isinf(real)) fail(ErrorKind::kValue, "the integer is too large for a float");
  return real;
}

[[noreturn]] void fail_operands(Operator op, const Val& a, const Val& b) {
  fail(ErrorKind::kType,
       fmt::format("'{}' cannot be applied to '{}' and '{}'", to_string(op), type_name(a), type_name(b)));
}

[[noreturn]] void fail_zero() { fail(ErrorKind::kValue, "division by zero"); }

void check_bits(Runtime& runtime, std::size_t bits) {
  if (bits > kMaxIntegerBits) {
    fail(ErrorKind::kLimit, fmt::format("integers are limited to {} bits", kMaxIntegerBits));
  }
  runtime.step(bits / 64);
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

std::int64_t modulo(std::int64_t a, std::int64_t b) {
  const std::int64_t rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

double float_modulo(double a, double b) {
  double rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(0.0, b);
  if ((rest < 0) != (b < 0)) rest += b;
  return rest;
}

double float_floor_divide(double a, double b) {
  if (std::isnan(a) || std::isnan(b) || std::isinf(a)) return std::numeric_limits<double>::quiet_NaN();
  const double quotient = (a - float_modulo(a, b)) / b;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double whole = std::floor(quotient);
  return quotient - whole > 0.5 ? whole + 1 : whole;
}

Val float_power(double base, double exponent) {
  if (base == 0 && exponent < 0) fail(ErrorKind::kValue, "zero cannot be raised to a negative power");
  if (base < 0 && exponent != std::floor(exponent) && std::isfinite(base) && std::isfinite(exponent)) {
    fail(ErrorKind::kValue, "a negative number to a fractional power is complex");
  }
  const double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) {
    fail(ErrorKind::kValue, "the result is too large for a float");
  }
  return Val::real(result);
}

Val compute_floats(Operator op, double a, double b) {
  switch (op) {
    case Operator::kAdd: return Val::real(a + b);
    case Operator::kSubtract: return Val::real(a - b);
    case Operator::kMultiply: return Val::real(a * b);
    case Operator::kDivide:
      if (b == 0) fail_zero();
      return Val::real(a / b);
    case Operator::kFloorDivide:
      if (b == 0) fail_zero();
      return Val::real(float_floor_divide(a, b));
    case Operator::kModulo:
      if (b == 0) fail_zero();
      return Val::real(float_modulo(a, b));
    case Operator::kPower: return float_power(a, b);
  }
  return {};
}

Val integer_power(Runtime& runtime, const Val& a, const Val& b) {
  if (b.is(Kind::kBig) || b.integer() > static_cast<std::int64_t>(kMaxIntegerBits)) {
    const bool trivial = !a.is(Kind::kBig) && a.integer() >= -1 && a.integer() <= 1;
    if (!trivial) check_bits(runtime, kMaxIntegerBits + 1);
    if (a.integer() == -1 && !b.is(Kind::kBig) && b.integer() % 2 == 0) return Val::integer(std::int64_t{1});
    return Val::integer(a.integer());
  }
  std::int64_t exponent = b.integer();
  if (exponent < 0) return float_power(real_of(a), static_cast<double>(exponent));
  BigInt base = widened(a);
  check_bits(runtime, base.bits() <= 1 ? 1 : (base.bits() - 1) * static_cast<std::size_t>(exponent));
  BigInt result(1);
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) result = result * base;
    if (exponent > 1) base = base * base;
    runtime.step(1 + result.bits() / 32 * (base.bits() / 32));
  }
  return runtime.number(std::move(result));
}

Val compute_bigs(Runtime& runtime, Operator op, const BigInt& a, const BigInt& b) {
  const std::size_t bits_a = a.bits();
  const std::size_t bits_b = b.bits();
  check_bits(runtime, op == Operator::kMultiply ? bits_a + bits_b : std::max(bits_a, bits_b));
  runtime.step(1 + bits_a / 32 * (bits_b / 32));
  switch (op) {
    case Operator::kAdd: return runtime.number(a + b);
    case Operator::kSubtract: return runtime.number(a - b);
    case Operator::kMultiply: return runtime.number(a * b);
    case Operator::kFloorDivide:
    case Operator::kModulo: {
      runtime.step(bits_a * (bits_b / 32 + 1) / 8);
      auto [quotient, rest] = BigInt::divide(a, b);
      return runtime.number(op == Operator::kModulo ? std::move(rest) : std::move(quotient));
    }
    case Operator::kDivide:
    case Operator::kPower: break;  // handled by the caller
  }
  return {};
}

Val compute_integers(Runtime& runtime, Operator op, const Val& a, const Val& b) {
  if (op == Operator::kPower) return integer_power(runtime, a, b);
  const bool divides = op == Operator::kDivide || op == Operator::kFloorDivide || op == Operator::kModulo;
  if (divides && !b.is(Kind::kBig) && b.integer() == 0) fail_zero();
  if (op == Operator::kDivide) return Val::real(real_of(a) / real_of(b));
  if (!a.is(Kind::kBig) && !b.is(Kind::kBig)) {
    const std::int64_t x = a.integer();
    const std::int64_t y = b.integer();
    std::int64_t result = 0;
    if (op == Operator::kAdd && !__builtin_add_overflow(x, y, &result)) return Val::integer(result);
    if (op == Operator::kSubtract && !__builtin_sub_overflow(x, y, &result)) return Val::integer(result);
    if (op == Operator::kMultiply && !__builtin_mul_overflow(x, y, &result)) return Val::integer(result);
    if (divides && y != -1) return Val::integer(op == Operator::kModulo ? modulo(x, y) : floor_divide(x, y));
  }
  return compute_bigs(runtime, op, widened(a), widened(b));
}

std::size_t repeat_count(Runtime& runtime, const Val& times, std::size_t unit) {
  if (times.is(Kind::kBig)) {
    if (times.as<Big>().value.negative()) return 0;
    runtime.about_to_make(std::numeric_limits<std::size_t>::max());
  }
  if (times.integer() <= 0 || unit == 0) return 0;
  const auto count = static_cast<std::size_t>(times.integer());
  std::size_t total = 0;
  if (__builtin_mul_overflow(count, unit, &total)) total = std::numeric_limits<std::size_t>::max();
  runtime.about_to_make(total);
  return count;
}

Val repeat(Runtime& runtime, const Val& value, const Val& times) {
  if (value.is(Kind::kString)) {
    const std::string& unit = value.as<Str>().text();
    const std::size_t count = repeat_count(runtime, times, unit.size());
    std::string out;
    out.reserve(unit.size() * count);
    for (std::size_t i = 0; i < count; ++i) out += unit;
    return runtime.text(std::move(out), value.as<Str>().markup());
  }
  const auto& items = value.as<Seq>().items;
  const std::size_t count = repeat_count(runtime, times, items.size() * sizeof(Val));
  std::vector<Val> out;
  out.reserve(items.size() * count);
  for (std::size_t i = 0; i < count; ++i) out.insert(out.end(), items.begin(), items.end());
  return value.is(Kind::kList) ? runtime.list(std::move(out)) : runtime.tuple(std::move(out));
}

Val concatenate_texts(Runtime& runtime, const Val& a, const Val& b) {
  const bool safe = a.as<Str>().markup() == Markup::kSafe || b.as<Str>().markup() == Markup::kSafe;
  const Val left = safe ? escaped(runtime, a) : a;
  const Val right = safe ? escaped(runtime, b) : b;
  runtime.about_to_make(left.as<Str>().text().size() + right.as<Str>().text().size());
  return runtime.text(left.as<Str>().text() + right.as<Str>().text(), safe ? Markup::kSafe : Markup::kPlain);
}

Val concatenate_sequences(Runtime& runtime, const Val& a, const Val& b) {
  const auto& left = a.as<Seq>().items;
  const auto& right = b.as<Seq>().items;
  runtime.about_to_make((left.size() + right.size()) * sizeof(Val));
  std::vector<Val> items = left;
  items.insert(items.end(), right.begin(), right.end());
  return a.is(Kind::kList) ? runtime.list(std::move(items)) : runtime.tuple(std::move(items));
}

bool repeatable(const Val& v) { return v.is(Kind::kString) || v.is(Kind::kList) || v.is(Kind::kTuple); }

}  // namespace

std::string_view to_string(Operator op) {
  switch (op) {
    case Operator::kAdd: return "+";
    case Operator::kSubtract: return "-";
    case Operator::kMultiply: return "*";
    case Operator::kDivide: return "/";
    case Operator::kFloorDivide: return "//";
    case Operator::kModulo: return "%";
    case Operator::kPower: return "**";
  }
  return "";
}

Val compute(Runtime& runtime, Operator op, const Val& a, const Val& b) {
  require_defined(a);
  if (op == Operator::kModulo && a.is(Kind::kString)) return percent_format(runtime, a, b);
  require_defined(b);
  if (integral(a) && integral(b)) return compute_integers(runtime, op, a, b);
  if (numeric(a) && numeric(b)) return compute_floats(op, real_of(a), real_of(b));
  if (op == Operator::kAdd && a.kind() == b.kind()) {
    if (a.is(Kind::kString)) return concatenate_texts(runtime, a, b);
    if (a.is(Kind::kList) || a.is(Kind::kTuple)) return concatenate_sequences(runtime, a, b);
  }
  if (op == Operator::kMultiply && repeatable(a) && integral(b)) return repeat(runtime, a, b);
  if (op == Operator::kMultiply && repeatable(b) && integral(a)) return repeat(runtime, b, a);
  fail_operands(op, a, b);
}

Val negate(Runtime& runtime, const Val& value) {
  require_defined(value);
  if (value.is(Kind::kFloat)) return Val::real(-value.real());
  if (integral(value)) return runtime.number(widened(value).negated());
  fail(ErrorKind::kType, fmt::format("'-' cannot be applied to '{}'", type_name(value)));
}

Val positive(Runtime& /*runtime*/, const Val& value) {
  require_defined(value);
  if (value.is(Kind::kBool)) return Val::integer(value.integer());
  if (numeric(value)) return value;
  fail(ErrorKind::kType, fmt::format("'+' cannot be applied to '{}'", type_name(value)));
}

}  // namespace sennit::spec::tmpl

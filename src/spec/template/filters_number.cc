// Filters on numbers.
#include <fmt/format.h>

#include <cmath>
#include <string>
#include <utility>

#include "spec/template/arithmetic.h"
#include "spec/template/compare.h"
#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/filter_tables.h"
#include "spec/template/format_spec.h"
#include "spec/template/numbers.h"
#include "spec/template/runtime.h"

namespace sennit::spec::tmpl {

namespace {

bool integral(const Val& v) { return v.is(Kind::kInt) || v.is(Kind::kBool) || v.is(Kind::kBig); }

// float(value), or nothing where Python raises TypeError or ValueError.
std::optional<double> to_real(const Val& value) {
  require_defined(value);
  if (value.is(Kind::kFloat)) return value.real();
  if (value.is(Kind::kString)) return parse_float(value.as<Str>().text());
  if (value.is(Kind::kBig)) {
    const double real = value.as<Big>().value.approximate();
    if (std::isinf(real)) fail(ErrorKind::kValue, "the integer is too large for a float");
    return real;
  }
  if (integral(value)) return static_cast<double>(value.integer());
  return std::nullopt;
}

std::optional<Val> whole(Runtime& runtime, double real) {
  if (!std::isfinite(real)) return std::nullopt;
  return runtime.number(BigInt::truncate(real));
}

Val to_integer(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "int", {"default", "base"}, 0, args);
  require_defined(value);
  if (value.is(Kind::kString)) {
    const std::int64_t base = bound.integer(1, 10);
    const bool usable = base == 0 || (base >= 2 && base <= 36);
    const auto parsed =
        usable ? parse_integer(value.as<Str>().text(), static_cast<unsigned>(base)) : std::optional<Integer>();
    if (parsed) {
      const auto* big = std::get_if<BigInt>(&*parsed);
      return big != nullptr ? runtime.number(*big) : Val::integer(std::get<std::int64_t>(*parsed));
    }
  }
  if (integral(value)) return positive(runtime, value);
  if (const auto real = to_real(value)) {
    if (auto result = whole(runtime, *real)) return *std::move(result);
  }
  return bound.given(0) ? bound[0] : Val::integer(std::int64_t{0});
}

Val to_float(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "float", {"default"}, 0, args);
  if (const auto real = to_real(value)) return Val::real(*real);
  return bound.given(0) ? bound[0] : Val::real(0);
}

Val absolute(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "abs", {}, 0, args);
  require_defined(value);
  if (value.is(Kind::kFloat)) return Val::real(std::fabs(value.real()));
  if (!integral(value)) fail(ErrorKind::kType, fmt::format("abs() needs a number, not '{}'", type_name(value)));
  return is_negative_integer(value) ? negate(runtime, value) : positive(runtime, value);
}

// round(value, digits) of Python: correctly rounded on the decimal text, halves to even.
double rounded(double value, int digits) {
  if (!std::isfinite(value) || digits > 323) return value;
  if (digits < -308) return std::copysign(0.0, value);
  if (digits >= 0) return parse_float(float_digits(value, {'f', digits, false})).value_or(value);
  const double scale = std::pow(10.0, -digits);
  return std::nearbyint(value / scale) * scale;
}

Val round(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "round", {"precision", "method"}, 0, args);
  const std::string method = bound.text(1, "common");
  if (method != "common" && method != "ceil" && method != "floor") {
    fail(ErrorKind::kValue, "round(): the method must be common, ceil or floor");
  }
  require_defined(value);
  if (!integral(value) && !value.is(Kind::kFloat)) {
    fail(ErrorKind::kType, fmt::format("round() needs a number, not '{}'", type_name(value)));
  }
  const auto precision = static_cast<int>(std::clamp<std::int64_t>(bound.integer(0, 0), -400, 400));
  if (method == "common") {
    if (value.is(Kind::kFloat)) return Val::real(rounded(value.real(), precision));
    if (precision >= 0) return positive(runtime, value);
    const Val scale = compute(runtime, Operator::kPower, Val::integer(std::int64_t{10}),
                              Val::integer(static_cast<std::int64_t>(-precision)));
    const double exact = to_real(value).value_or(0) / to_real(scale).value_or(1);
    return compute(runtime, Operator::kMultiply, whole(runtime, std::nearbyint(exact)).value_or(Val()), scale);
  }
  const Val scale = compute(runtime, Operator::kPower, Val::integer(std::int64_t{10}),
                            Val::integer(static_cast<std::int64_t>(precision)));
  const Val scaled = compute(runtime, Operator::kMultiply, value, scale);
  const double real = to_real(scaled).value_or(0);
  if (!std::isfinite(real)) fail(ErrorKind::kValue, "round(): the number is not finite");
  const Val moved = runtime.number(BigInt::truncate(method == "ceil" ? std::ceil(real) : std::floor(real)));
  return compute(runtime, Operator::kDivide, moved, scale);
}

Val filesizeformat(Runtime& runtime, const Val& value, Args& args) {
  const Bound bound(runtime, "filesizeformat", {"binary"}, 0, args);
  const auto bytes = to_real(value);
  if (!bytes) fail(ErrorKind::kType, fmt::format("filesizeformat() needs a number, not '{}'", type_name(value)));
  const bool binary = bound.flag(0);
  const double base = binary ? 1024 : 1000;
  if (*bytes == 1) return runtime.text("1 Byte");
  if (*bytes < base) {
    const auto count = whole(runtime, *bytes);
    return runtime.text((count ? text_of(runtime, *count) : std::string("None")) + " Bytes");
  }
  double unit = base;
  std::string_view prefix;
  for (const std::string_view each : {"k", "M", "G", "T", "P", "E", "Z", "Y"}) {
    unit *= base;
    prefix = each;
    if (*bytes < unit) break;
  }
  const std::string letter = binary && prefix == "k" ? "K" : std::string(prefix);
  return runtime.text(float_digits(base * *bytes / unit, {'f', 1, false}) + " " + letter + (binary ? "iB" : "B"));
}

constexpr Filter kFilters[] = {
    {"abs", absolute}, {"filesizeformat", filesizeformat}, {"float", to_float}, {"int", to_integer}, {"round", round},
};

}  // namespace

std::span<const Filter> number_filters() { return kFilters; }

}  // namespace sennit::spec::tmpl

#include "spec/template/format_spec.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "spec/template/display.h"
#include "spec/template/fault.h"
#include "spec/template/numbers.h"
#include "spec/template/objects.h"
#include "spec/template/runtime.h"
#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

struct Spec {
  std::string fill = " ";
  char align = 0;
  char sign = '-';
  bool alternate = false;
  bool zero = false;
  std::size_t width = 0;
  char group = 0;
  int precision = -1;
  char type = 0;
};

bool integral(const Val& v) { return v.is(Kind::kInt) || v.is(Kind::kBool) || v.is(Kind::kBig); }

[[noreturn]] void fail_spec(std::string_view spec) {
  fail(ErrorKind::kValue, fmt::format("'{}' is not a format specification for this value", spec));
}

std::size_t take_number(Runtime& runtime, std::string_view text, std::size_t& at) {
  std::size_t number = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    number = number * 10 + static_cast<std::size_t>(text[at++] - '0');
    runtime.heap().check_room(number);
  }
  return number;
}

bool is_align(std::string_view text, std::size_t at) {
  return at < text.size() && std::string_view("<>=^").find(text[at]) != std::string_view::npos;
}

Spec parse_spec(Runtime& runtime, std::string_view text) {
  Spec spec;
  std::size_t at = 0;
  const std::size_t first = text.empty() ? 0 : decode(text, 0).size;
  const bool filled = is_align(text, first) && first > 0;
  if (filled) {
    spec.fill = text.substr(0, first);
    spec.align = text[first];
    at = first + 1;
  } else if (is_align(text, 0)) {
    spec.align = text[0];
    at = 1;
  }
  const auto next_is = [&](std::string_view any) {
    return at < text.size() && any.find(text[at]) != std::string_view::npos;
  };
  if (next_is("+- ")) spec.sign = text[at++];
  if (next_is("z")) ++at;
  if (next_is("#")) spec.alternate = ++at != 0;
  if (next_is("0")) {
    spec.zero = ++at != 0;
    if (!filled) spec.fill.assign(1, '0');
    if (spec.align == 0) spec.align = '=';
  }
  spec.width = take_number(runtime, text, at);
  if (next_is(",_")) spec.group = text[at++];
  if (next_is(".")) {
    const std::size_t start = ++at;
    spec.precision = static_cast<int>(std::min<std::size_t>(take_number(runtime, text, at), 100'000'000));
    if (at == start) fail_spec(text);
  }
  if (at < text.size()) spec.type = text[at++];
  if (at != text.size()) fail_spec(text);
  return spec;
}

std::string grouped(const std::string& digits, char separator, std::size_t size) {
  if (separator == 0) return digits;
  const std::size_t whole = std::min(digits.find_first_not_of("0123456789abcdefABCDEF"), digits.size());
  std::string out = digits.substr(whole);
  for (std::size_t end = whole, count = 0; end > 0; --end, ++count) {
    if (count > 0 && count % size == 0) out.insert(out.begin(), separator);
    out.insert(out.begin(), digits[end - 1]);
  }
  return out;
}

std::string repeated(const std::string& unit, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += unit;
  return out;
}

std::string aligned(Runtime& runtime, const Spec& spec, char standard, std::string_view sign, const std::string& body) {
  const std::size_t length = sign.size() + count_code_points(body);
  const std::size_t missing = spec.width > length ? spec.width - length : 0;
  runtime.about_to_make(missing * spec.fill.size());
  const char align = spec.align == 0 ? standard : spec.align;
  const std::size_t before = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
  if (align == '=') return std::string(sign) + repeated(spec.fill, missing) + body;
  return repeated(spec.fill, before) + std::string(sign) + body + repeated(spec.fill, missing - before);
}

std::string_view sign_text(const Spec& spec, bool negative) {
  return negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
}

std::string format_text(Runtime& runtime, const Val& value, const Spec& spec, std::string_view text) {
  if ((spec.type != 0 && spec.type != 's') || spec.align == '=' || spec.sign != '-' || spec.alternate ||
      spec.group != 0) {
    const bool padded_with_zeros = spec.align == '=' && spec.zero && spec.sign == '-' && !spec.alternate;
    if (!padded_with_zeros || (spec.type != 0 && spec.type != 's')) fail_spec(text);
  }
  Spec plain = spec;
  if (plain.align == '=') plain.align = '<';
  std::string body = value.as<Str>().text();
  if (spec.precision >= 0) body.resize(byte_offset(body, static_cast<std::size_t>(spec.precision)));
  return aligned(runtime, plain, '<', "", body);
}

std::string format_float(Runtime& runtime, double value, Spec spec, std::string_view text) {
  if (spec.type == 'n') spec.type = 'g';
  if (spec.type != 0 && std::string_view("eEfFgG%").find(spec.type) == std::string_view::npos) fail_spec(text);
  std::string digits;
  if (spec.type == 0 && spec.precision < 0) {
    digits = float_text(value);
  } else {
    const int precision = std::min(spec.precision < 0 ? 6 : spec.precision, 1000);
    digits = float_digits(value, {spec.type == 0 ? 'g' : spec.type, precision, spec.alternate});
    const bool bare = digits.find_first_of(".en") == std::string::npos;
    if (spec.type == 0 && bare && std::isfinite(value)) digits += ".0";
  }
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  return aligned(runtime, spec, '>', sign_text(spec, negative), grouped(digits, spec.group, 3));
}

std::string format_integer(Runtime& runtime, const Val& value, const Spec& spec, std::string_view text) {
  if (std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos && spec.type != 0) {
    const double real =
        value.is(Kind::kBig) ? value.as<Big>().value.approximate() : static_cast<double>(value.integer());
    return format_float(runtime, real, spec, text);
  }
  if (spec.precision >= 0) fail_spec(text);
  if (spec.type == 'c') {
    std::string character;
    append_utf8(character, static_cast<char32_t>(value.integer()));
    return aligned(runtime, spec, '<', "", character);
  }
  const char type = spec.type == 0 || spec.type == 'n' ? 'd' : spec.type;
  if (std::string_view("dxXob").find(type) == std::string_view::npos) fail_spec(text);
  std::string digits = grouped(integer_digits(value, type), spec.group, type == 'd' ? 3 : 4);
  std::string sign(sign_text(spec, is_negative_integer(value)));
  if (spec.alternate && type != 'd') sign.append("0").append(1, type);
  if (spec.zero && spec.group != 0) {
    // Zeros are grouped too, so they must be put in before the separators.
    Spec bare = spec;
    std::string all = integer_digits(value, type);
    while (sign.size() + grouped(all, spec.group, type == 'd' ? 3 : 4).size() < spec.width)
      all.insert(all.begin(), '0');
    digits = grouped(all, spec.group, type == 'd' ? 3 : 4);
    return aligned(runtime, bare, '>', sign, digits);
  }
  return aligned(runtime, spec, '>', sign, digits);
}

}  // namespace

bool is_negative_integer(const Val& value) {
  return value.is(Kind::kBig) ? value.as<Big>().value.negative() : value.integer() < 0;
}

std::string integer_digits(const Val& value, char type) {
  const unsigned base = type == 'd' ? 10 : type == 'o' ? 8 : type == 'b' ? 2 : 16;
  const BigInt number = value.is(Kind::kBig) ? value.as<Big>().value : BigInt(value.integer());
  std::string digits = (number.negative() ? number.negated() : number).text(base);
  if (type == 'd' && digits.size() > kMaxIntegerDigits) {
    fail(ErrorKind::kValue, fmt::format("an integer of more than {} digits cannot be printed", kMaxIntegerDigits));
  }
  return type == 'X' ? to_upper(digits) : digits;
}

std::string float_digits(double value, const FloatStyle& style) {
  const bool percent = style.type == '%';
  const char type = percent ? 'f' : style.type;
  const bool capital = type >= 'A' && type <= 'Z';
  if (!std::isfinite(value)) {
    std::string word = std::isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";
    return (capital ? to_upper(word) : word) + (percent ? "%" : "");
  }
  const char format[] = {'%',
                         style.alternate ? '#' : '.',
                         style.alternate ? '.' : '*',
                         style.alternate ? '*' : type,
                         style.alternate ? type : '\0',
                         '\0'};
  const double shown = percent ? value * 100 : value;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the only printf with Python's rounding and exponents
  const int size = std::snprintf(nullptr, 0, format, style.precision, shown);
  std::string out(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(out.data(), out.size(), format, style.precision, shown);  // NOLINT(cppcoreguidelines-pro-type-vararg)
  out.pop_back();
  return percent ? out + "%" : out;
}

std::string format_value(Runtime& runtime, const Val& value, std::string_view text) {
  require_defined(value);
  if (text.empty()) return text_of(runtime, value);
  if (value.is(Kind::kString)) return format_text(runtime, value, parse_spec(runtime, text), text);
  if (integral(value)) return format_integer(runtime, value, parse_spec(runtime, text), text);
  if (value.is(Kind::kFloat)) return format_float(runtime, value.real(), parse_spec(runtime, text), text);
  fail(ErrorKind::kType, fmt::format("a {} takes no format specification", type_name(value)));
}

}  // namespace sennit::spec::tmpl

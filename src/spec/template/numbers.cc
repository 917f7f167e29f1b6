#include "spec/template/numbers.h"

#include <locale.h>  // NOLINT(modernize-deprecated-headers): newlocale is POSIX, not C++
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): strtod_l

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "spec/template/unicode.h"

namespace sennit::spec::tmpl {

namespace {

unsigned digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char low = static_cast<char>(c | 0x20);
  if (low >= 'a' && low <= 'z') return static_cast<unsigned>(low - 'a' + 10);
  return 99;
}

// Digits of `base` without their underscores, which may only stand between two digits.
std::optional<std::string> plain_digits(std::string_view text, unsigned base) {
  std::string digits;
  bool after_digit = false;
  for (const char c : text) {
    if (c == '_') {
      if (!after_digit) return std::nullopt;
      after_digit = false;
      continue;
    }
    if (digit_value(c) >= base) return std::nullopt;
    digits.push_back(c);
    after_digit = true;
  }
  if (!after_digit) return std::nullopt;
  return digits;
}

bool take_sign(std::string_view& text) {
  if (text.empty() || (text[0] != '-' && text[0] != '+')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  return negative;
}

unsigned prefix_base(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  switch (text[1] | 0x20) {
    case 'x': return 16;
    case 'o': return 8;
    case 'b': return 2;
  }
  return 0;
}

bool equals_lower(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

// Removes underscores between digits; false if one stands elsewhere.
bool drop_underscores(std::string& text) {
  const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && (i == 0 || !digit(i - 1) || !digit(i + 1))) return false;
  }
  std::erase(text, '_');
  return true;
}

// [digits][.digits][e[sign]digits] with at least one digit before the exponent.
bool is_decimal(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - start;
  };
  std::size_t mantissa = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

}  // namespace

std::optional<Integer> parse_integer(std::string_view original, unsigned base) {
  const std::string ascii = with_ascii_digits(original);
  std::string_view text = strip(ascii);
  const bool negative = take_sign(text);
  const unsigned prefixed = prefix_base(text);
  if (prefixed != 0 && (base == 0 || base == prefixed)) {
    text.remove_prefix(2);
    if (!text.empty() && text[0] == '_') text.remove_prefix(1);
    base = prefixed;
  } else if (base == 0) {
    base = 10;
    const bool zeros = text.find_first_not_of("0_") == std::string_view::npos;
    if (text.size() > 1 && text[0] == '0' && !zeros) return std::nullopt;
  }
  const std::optional<std::string> digits = plain_digits(text, base);
  if (!digits) return std::nullopt;
  if (digits->size() > kMaxIntegerDigits && (base & (base - 1)) != 0) return std::nullopt;

  std::uint64_t small = 0;
  const char* const end = digits->data() + digits->size();
  if (std::from_chars(digits->data(), end, small, static_cast<int>(base)).ec == std::errc{} &&
      small <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return Integer(negative ? -static_cast<std::int64_t>(small) : static_cast<std::int64_t>(small));
  }
  BigInt big = BigInt::parse(*digits, base);
  if (negative) big = big.negated();
  if (const auto narrow = big.narrow()) return Integer(*narrow);
  return Integer(std::move(big));
}

std::optional<double> parse_float(std::string_view original) {
  const std::string ascii = with_ascii_digits(original);
  std::string_view text = strip(ascii);
  const bool negative = take_sign(text);
  const double sign = negative ? -1.0 : 1.0;
  if (equals_lower(text, "inf") || equals_lower(text, "infinity")) {
    return sign * std::numeric_limits<double>::infinity();
  }
  if (equals_lower(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  std::string plain(text);
  if (!drop_underscores(plain) || !is_decimal(plain)) return std::nullopt;
  static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  return sign * strtod_l(plain.c_str(), nullptr, c_locale);
}

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[32];
  const auto end = std::to_chars(std::begin(buffer), std::end(buffer), value, std::chars_format::scientific).ptr;
  std::string_view shortest(buffer, static_cast<std::size_t>(end - buffer));  // [-]d[.ddd]e[+-]dd
  std::string out;
  if (shortest[0] == '-') {
    out = "-";
    shortest.remove_prefix(1);
  }
  const std::size_t mark = shortest.find('e');
  const int exponent = std::atoi(std::string(shortest.substr(mark + 1)).c_str());
  if (exponent < -4 || exponent >= 16) return out.append(shortest);
  std::string digits(1, shortest[0]);
  if (mark > 2) digits += shortest.substr(2, mark - 2);
  if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0') + ".0";
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

}  // namespace sennit::spec::tmpl

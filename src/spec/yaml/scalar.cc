#include "spec/yaml/scalar.h"

#include <array>
#include <cmath>
#include <limits>

#include "spec/yaml/timestamp.h"

namespace sennit::spec {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_digit_or_underscore(char c) { return is_digit(c) || c == '_'; }

// Walks over a text; every `take` moves on and says whether there was anything to take.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool at(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  template <class Predicate>
  bool take_one(Predicate matches) {
    if (rest_.empty() || !matches(rest_.front())) return false;
    rest_.remove_prefix(1);
    return true;
  }
  template <class Predicate>
  std::size_t take_all(Predicate matches) {
    std::size_t count = 0;
    while (count < rest_.size() && matches(rest_[count])) ++count;
    rest_.remove_prefix(count);
    return count;
  }
  bool take(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }
  void take_sign() {
    if (!take('-')) take('+');
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// [eE][-+][0-9]+ or nothing.
bool optional_exponent(Scan& scan) {
  if (!scan.take('e') && !scan.take('E')) return true;
  if (!scan.take('-') && !scan.take('+')) return false;
  return scan.take_all(is_digit) > 0;
}

// (:[0-5]?[0-9])+ ; false if there is none.
bool sexagesimal_parts(Scan& scan) {
  bool any = false;
  while (scan.at(':')) {
    Scan ahead = scan;
    ahead.take(':');
    const std::size_t digits = ahead.take_all(is_digit);
    if (digits == 0 || digits > 2) return false;
    if (digits == 2 && scan.rest()[1] > '5') return false;
    scan = ahead;
    any = true;
  }
  return any;
}

bool is_decimal_float(std::string_view text) {
  Scan scan(text);
  if (scan.take('.')) {  // without a sign, as PyYAML has it
    return scan.take_one(is_digit) && (scan.take_all(is_digit_or_underscore), optional_exponent(scan)) && scan.done();
  }
  scan.take_sign();
  if (!scan.take_one(is_digit)) return false;
  scan.take_all(is_digit_or_underscore);
  if (!scan.take('.')) return false;
  scan.take_all(is_digit_or_underscore);
  return optional_exponent(scan) && scan.done();
}

bool is_sexagesimal_float(std::string_view text) {
  Scan scan(text);
  scan.take_sign();
  if (!scan.take_one(is_digit)) return false;
  scan.take_all(is_digit_or_underscore);
  if (!sexagesimal_parts(scan) || !scan.take('.')) return false;
  scan.take_all(is_digit_or_underscore);
  return scan.done();
}

bool is_special_float(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  Scan scan(text);
  scan.take_sign();
  return scan.rest() == ".inf" || scan.rest() == ".Inf" || scan.rest() == ".INF";
}

// At least one digit of the base, so that a bare "0x_" is text and not a crash.
template <class Predicate>
bool all_digits(std::string_view digits, Predicate is_one) {
  bool any = false;
  for (const char c : digits) {
    if (c != '_' && !is_one(c)) return false;
    any = any || c != '_';
  }
  return any;
}

bool is_int(std::string_view text) {
  if (text.size() > tmpl::kMaxIntegerDigits) return false;  // the value would cost quadratic time
  Scan scan(text);
  scan.take_sign();
  if (scan.rest() == "0") return true;
  if (scan.take('0')) {
    const std::string_view rest = scan.rest();
    if (rest.starts_with('b')) return all_digits(rest.substr(1), [](char c) { return c == '0' || c == '1'; });
    if (rest.starts_with('x')) {
      return all_digits(rest.substr(1),
                        [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
    }
    return !rest.empty() && scan.take_all([](char c) { return (c >= '0' && c <= '7') || c == '_'; }) == rest.size();
  }
  if (!scan.take_one(is_digit)) return false;
  scan.take_all(is_digit_or_underscore);
  return scan.done() || (sexagesimal_parts(scan) && scan.done());
}

bool take_digits(Scan& scan, std::size_t at_least, std::size_t at_most) {
  std::size_t count = 0;
  while (count < at_most && scan.take_one(is_digit)) ++count;
  return count >= at_least;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool time_zone(Scan& scan) {
  scan.take_all(is_blank);
  if (scan.take('Z')) return scan.done();
  if (!scan.take('-') && !scan.take('+')) return false;
  if (!take_digits(scan, 1, 2)) return false;
  return scan.done() || (scan.take(':') && take_digits(scan, 2, 2) && scan.done());
}

bool is_timestamp(std::string_view text) {
  Scan date(text);
  if (!take_digits(date, 4, 4) || !date.take('-')) return false;
  Scan plain = date;
  if (take_digits(plain, 2, 2) && plain.take('-') && take_digits(plain, 2, 2) && plain.done()) return true;
  Scan scan = date;
  if (!take_digits(scan, 1, 2) || !scan.take('-') || !take_digits(scan, 1, 2)) return false;
  if (!scan.take('T') && !scan.take('t') && scan.take_all(is_blank) == 0) return false;
  if (!take_digits(scan, 1, 2) || !scan.take(':') || !take_digits(scan, 2, 2)) return false;
  if (!scan.take(':') || !take_digits(scan, 2, 2)) return false;
  if (scan.take('.')) scan.take_all(is_digit);
  return scan.done() || time_zone(scan);
}

constexpr std::array<std::string_view, 9> kTrueWords{"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
constexpr std::array<std::string_view, 9> kFalseWords{"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};

template <class Words>
bool contains(const Words& words, std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  for (const std::string_view word : words) {
    if (word == text) return true;
  }
  return false;
}

bool is_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

ScalarType resolve_number(std::string_view text) {
  if (is_decimal_float(text) || is_sexagesimal_float(text) || is_special_float(text)) return ScalarType::kFloat;
  if (is_int(text)) return ScalarType::kInt;
  return is_timestamp(text) ? ScalarType::kTimestamp : ScalarType::kText;
}

std::string without_underscores(std::string_view text) {
  std::string digits;
  digits.reserve(text.size());
  for (const char c : text) {
    if (c != '_') digits.push_back(c);
  }
  return digits;
}

tmpl::Integer negated(const tmpl::Integer& value) {
  if (const auto* small = std::get_if<std::int64_t>(&value); small != nullptr && *small != INT64_MIN) return -*small;
  const tmpl::BigInt big =
      std::holds_alternative<std::int64_t>(value) ? tmpl::BigInt(std::get<std::int64_t>(value)) : std::get<1>(value);
  const tmpl::BigInt result = big.negated();
  if (const std::optional<std::int64_t> narrow = result.narrow()) return *narrow;
  return result;
}

tmpl::Integer digits_value(std::string_view digits, unsigned base) {
  const tmpl::BigInt value = tmpl::BigInt::parse(digits, base);
  if (const std::optional<std::int64_t> narrow = value.narrow()) return *narrow;
  return value;
}

tmpl::Integer sexagesimal_int(std::string_view text) {
  tmpl::BigInt value;
  const tmpl::BigInt sixty(60);
  while (true) {
    const std::size_t colon = text.find(':');
    value = value * sixty + tmpl::BigInt::parse(text.substr(0, colon), 10);
    if (colon == std::string_view::npos) break;
    text.remove_prefix(colon + 1);
  }
  if (const std::optional<std::int64_t> narrow = value.narrow()) return *narrow;
  return value;
}

tmpl::Integer magnitude(std::string_view digits) {
  if (digits == "0") return std::int64_t{0};
  if (digits.starts_with("0b")) return digits_value(digits.substr(2), 2);
  if (digits.starts_with("0x")) return digits_value(digits.substr(2), 16);
  if (digits.starts_with('0')) return digits_value(digits.substr(1), 8);
  if (digits.find(':') != std::string_view::npos) return sexagesimal_int(digits);
  return digits_value(digits, 10);
}

}  // namespace

std::string_view describe(ScalarType type) {
  switch (type) {
    case ScalarType::kText: return "text";
    case ScalarType::kInt: return "a number";
    case ScalarType::kFloat: return "a number";
    case ScalarType::kBool: return "true or false";
    case ScalarType::kNull: return "nothing (null)";
    case ScalarType::kTimestamp: return "a date";
    case ScalarType::kMerge: return "a merge key";
    case ScalarType::kValue: return "a value key";
  }
  return "text";
}

ScalarType resolve_plain(std::string_view text) {
  if (text.empty()) return ScalarType::kNull;
  switch (text.front()) {
    case 'y':
    case 'Y':
    case 't':
    case 'T':
    case 'f':
    case 'F':
    case 'o':
    case 'O': return contains(kTrueWords, text) || contains(kFalseWords, text) ? ScalarType::kBool : ScalarType::kText;
    case 'n':
    case 'N':
    case '~':
      if (contains(kFalseWords, text)) return ScalarType::kBool;
      return is_null(text) ? ScalarType::kNull : ScalarType::kText;
    case '-':
    case '+':
    case '.':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9': return resolve_number(text);
    case '<': return text == "<<" ? ScalarType::kMerge : ScalarType::kText;
    case '=': return text == "=" ? ScalarType::kValue : ScalarType::kText;
    default: return ScalarType::kText;
  }
}

tmpl::Integer int_value(std::string_view text) {
  const std::string digits = without_underscores(text);
  std::string_view rest = digits;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) rest.remove_prefix(1);
  const tmpl::Integer value = magnitude(rest);
  return negative ? negated(value) : value;
}

double float_value(std::string_view text) {
  const std::string digits = without_underscores(text);
  std::string_view rest = digits;
  const double sign = rest.starts_with('-') ? -1.0 : 1.0;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  if (rest.size() == 4 && rest[1] != '0' && (rest[1] | 0x20) == 'i')
    return sign * std::numeric_limits<double>::infinity();
  if (rest.size() == 4 && (rest[1] | 0x20) == 'n') return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  while (true) {
    const std::size_t colon = rest.find(':');
    value = value * 60 + tmpl::parse_float(rest.substr(0, colon)).value_or(0);
    if (colon == std::string_view::npos) return sign * value;
    rest.remove_prefix(colon + 1);
  }
}

bool bool_value(std::string_view text) { return contains(kTrueWords, text); }

std::string to_string(const tmpl::Integer& value) {
  if (const auto* small = std::get_if<std::int64_t>(&value)) return std::to_string(*small);
  return std::get<tmpl::BigInt>(value).text(10);
}

std::string python_text(ScalarType type, std::string_view text) {
  switch (type) {
    case ScalarType::kInt: return to_string(int_value(text));
    case ScalarType::kFloat: return tmpl::float_text(float_value(text));
    case ScalarType::kBool: return bool_value(text) ? "True" : "False";
    case ScalarType::kNull: return "None";
    case ScalarType::kTimestamp: return timestamp_text(text);
    case ScalarType::kText:
    case ScalarType::kMerge:
    case ScalarType::kValue: break;
  }
  return std::string(text);
}

}  // namespace sennit::spec

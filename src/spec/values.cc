#include "spec/values.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "spec/quantity.h"
#include "spec/template/numbers.h"
#include "spec/template/unicode.h"

namespace sennit::spec {
namespace {

// Of a regular expression: bounds its automaton. RE2's own default, said aloud.
constexpr std::int64_t kRegexMemory = 8 << 20;

struct Unit {
  std::string_view name;
  std::int64_t micros;
};
constexpr auto kUnits = std::to_array<Unit>({
    {"d", 86'400'000'000},
    {"h", 3'600'000'000},
    {"m", 60'000'000},
    {"s", 1'000'000},
    {"ms", 1'000},
    {"us", 1},
});

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::optional<Micros> scaled(std::int64_t count, std::int64_t micros) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(count, micros, &product)) return std::nullopt;
  return Micros(product);
}

std::optional<Micros> from_seconds(double seconds) {
  const double micros = std::nearbyint(seconds * 1e6);
  if (!(std::abs(micros) < 9.2e18)) return std::nullopt;
  return Micros(static_cast<std::int64_t>(micros));
}

// P[nD][T[nH][nM][n.nS]] with at least one part; a newline at the end is harmless.
class IsoDuration {
 public:
  explicit IsoDuration(std::string_view text) : rest_(text) {
    if (rest_.ends_with('\n')) rest_.remove_suffix(1);
  }

  std::optional<Micros> parse() {
    rest_.remove_prefix(1);
    part("D", 86400);
    if (rest_.starts_with('T')) {
      rest_.remove_prefix(1);
      part("H", 3600);
      part("M", 60);
      part("S", 1);
    }
    if (!rest_.empty() || parts_ == 0) return std::nullopt;
    return from_seconds(seconds_);
  }

 private:
  void part(std::string_view unit, double factor) {
    std::size_t end = 0;
    while (end < rest_.size() && is_digit(rest_[end])) ++end;
    if (end == 0) return;
    if (unit == "S" && end < rest_.size() && rest_[end] == '.') {
      const std::size_t point = end++;
      while (end < rest_.size() && is_digit(rest_[end])) ++end;
      if (end == point + 1) return;
    }
    if (!rest_.substr(end).starts_with(unit)) return;
    seconds_ += tmpl::parse_float(rest_.substr(0, end)).value_or(0) * factor;
    rest_.remove_prefix(end + 1);
    ++parts_;
  }

  std::string_view rest_;
  double seconds_ = 0;
  int parts_ = 0;
};

std::optional<std::int64_t> whole_text(std::string_view text) {
  // Digits of other scripts are none here.
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) return std::nullopt;
  if (const std::optional<tmpl::Integer> value = tmpl::parse_integer(text)) {
    const auto* small = std::get_if<std::int64_t>(&*value);
    return small != nullptr ? std::optional(*small) : std::nullopt;
  }
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.find_first_not_of('0', point + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return point + 1 < text.size() ? whole_text(text.substr(0, point)) : std::nullopt;
}

std::optional<std::int64_t> whole_scalar(const Node& node) {
  switch (node.type) {
    case ScalarType::kInt: {
      const tmpl::Integer value = int_value(node.text);
      const auto* small = std::get_if<std::int64_t>(&value);
      return small != nullptr ? std::optional(*small) : std::nullopt;
    }
    case ScalarType::kFloat: {
      const double value = float_value(node.text);
      if (std::trunc(value) != value || std::abs(value) > 9e15) return std::nullopt;
      return static_cast<std::int64_t>(value);
    }
    case ScalarType::kBool: return bool_value(node.text) ? 1 : 0;
    case ScalarType::kText: return whole_text(node.text);
    case ScalarType::kNull:
    case ScalarType::kTimestamp:
    case ScalarType::kMerge:
    case ScalarType::kValue: break;
  }
  return std::nullopt;
}

// Whether the value is a whole number that 64 bits do not hold.
bool is_huge(const Node& node) {
  if (!node.is_scalar() || whole_scalar(node)) return false;
  if (node.type == ScalarType::kInt) return true;
  if (node.type != ScalarType::kText || node.text.empty()) return false;
  return static_cast<unsigned char>(node.text.back()) < 0x80 && tmpl::parse_integer(node.text).has_value();
}

std::optional<bool> switch_word(std::string_view text) {
  std::string word(text);
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (const std::string_view yes : {"1", "on", "t", "true", "y", "yes"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"0", "off", "f", "false", "n", "no"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

std::optional<bool> switch_scalar(const Node& node) {
  if (node.type == ScalarType::kBool) return bool_value(node.text);
  if (node.type == ScalarType::kText) return switch_word(node.text);
  if (node.type != ScalarType::kInt && node.type != ScalarType::kFloat) return std::nullopt;
  const std::optional<std::int64_t> value = whole_scalar(node);
  if (value != 0 && value != 1) return std::nullopt;
  return *value == 1;
}

// 010, but not 0 nor 0x10; nor 0.5.
bool is_octal(const Node& node) {
  std::string_view digits = node.text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  return node.type == ScalarType::kInt && digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]);
}

bool has_no_zero_byte(Reporter& reporter, const Node& node, std::string_view what) {
  if (node.text.find('\0') == std::string_view::npos) return true;
  reporter.error(Code::kBadText, node.at, fmt::format("{} has a zero byte, where programs take a text to end", what),
                 {.expected = "text without \\0; a file with 'base64: true' can hold any bytes", .suggestion = {}});
  return false;
}

}  // namespace

void report_wrong_type(Reporter& reporter, const Node& node, std::string_view what, std::string_view wanted,
                       std::string expected) {
  reporter.error(Code::kWrongType, node.at, fmt::format("{} must be {}, not {}", what, wanted, describe(node)),
                 {.expected = std::move(expected), .suggestion = {}});
}

bool expect_list(Reporter& reporter, const Node& node, std::string_view what) {
  if (node.is_sequence()) return true;
  report_wrong_type(reporter, node, what, "a list");
  return false;
}

void warn_of_odd_number(Reporter& reporter, const Node& node, std::string_view what) {
  if (!node.is_scalar() || (node.type != ScalarType::kInt && node.type != ScalarType::kFloat)) return;
  const bool sixty = node.text.find(':') != std::string_view::npos;
  if (!sixty && !is_octal(node)) return;
  reporter.warning(Code::kReadOtherwise, node.at,
                   fmt::format("{} is {}: '{}' without quotes is a number to the base {}", what,
                               python_text(node.type, node.text), node.text, sixty ? 60 : 8),
                   {.expected = sixty ? "seconds as one number, or a unit: 90m" : "the number without zeros before it",
                    .suggestion = {}});
}

void warn_if_read_otherwise(Reporter& reporter, const Node& node, std::string_view what, std::string_view text) {
  if (text == node.text) return;
  reporter.warning(Code::kReadOtherwise, node.at,
                   fmt::format("{} is '{}': that is how YAML reads '{}' without quotes", what, text, node.text),
                   {.expected = fmt::format("quotes around it: \"{}\"", node.text), .suggestion = {}});
}

bool read_text(Reporter& reporter, const Node& node, std::string_view what, Accept accept, std::string& out) {
  if (node.is_text()) {
    out = node.text;
    return has_no_zero_byte(reporter, node, what);
  }
  const bool number = node.is_scalar() && (node.type == ScalarType::kInt || node.type == ScalarType::kFloat);
  const bool flag = node.is_scalar() && node.type == ScalarType::kBool;
  const bool date = node.is_scalar() && node.type == ScalarType::kTimestamp;
  if (accept == Accept::kVerbatim && (number || flag || date)) {
    out = node.text;
    return true;
  }
  if ((number && accept != Accept::kText) || (flag && accept == Accept::kScalars)) {
    out = python_text(node.type, node.text);
    warn_if_read_otherwise(reporter, node, what, out);
    return true;
  }
  std::string expected;
  if (node.is_null()) expected = accept == Accept::kScalars ? "\"\" for an empty text" : "a text";
  if (node.is_scalar() && !node.is_null()) expected = fmt::format("quotes around it: \"{}\"", node.text);
  report_wrong_type(reporter, node, what, "text", std::move(expected));
  return false;
}

bool read_text_list(Reporter& reporter, const Node& node, std::string_view what, Accept accept,
                    std::vector<std::string>& out) {
  out.clear();
  if (!node.is_sequence()) {
    report_wrong_type(reporter, node, what, "a list",
                      node.is_text() ? fmt::format("[\"{}\"]", node.text) : std::string());
    return false;
  }
  out.reserve(node.count);
  bool good = true;
  for (const Node& item : Children(node)) {
    if (item.is_text()) {
      out.emplace_back(item.text);
      if (item.text.find('\0') != std::string_view::npos) {
        good = has_no_zero_byte(reporter, item, fmt::format("an item of {}", what));
      }
      continue;
    }
    std::string text;
    if (item.is_null()) {
      report_wrong_type(reporter, item, fmt::format("an item of {}", what), "text", "\"\" for an empty text");
      good = false;
    } else if (read_text(reporter, item, fmt::format("an item of {}", what), accept, text)) {
      out.push_back(std::move(text));
    } else {
      good = false;
    }
  }
  return good;
}

std::optional<bool> read_switch(Reporter& reporter, const Node& node, std::string_view what) {
  const std::optional<bool> value = node.is_scalar() ? switch_scalar(node) : std::nullopt;
  if (!value) {
    reporter.error(Code::kWrongType, node.at,
                   node.is_text() ? fmt::format("{} must be true or false, not '{}'", what, node.text)
                                  : fmt::format("{} must be true or false, not {}", what, describe(node)));
  }
  return value;
}

std::optional<std::int64_t> read_whole(Reporter& reporter, const Node& node, std::string_view what) {
  const std::optional<std::int64_t> value = node.is_scalar() ? whole_scalar(node) : std::nullopt;
  if (value) warn_of_odd_number(reporter, node, what);
  if (value) return value;
  if (node.is_scalar() && !node.is_null()) {
    reporter.error(Code::kWrongType, node.at, fmt::format("{} must be a whole number, not '{}'", what, node.text));
  } else {
    report_wrong_type(reporter, node, what, "a whole number");
  }
  return std::nullopt;
}

std::optional<std::int64_t> read_whole(Reporter& reporter, const Node& node, std::string_view what, std::int64_t least,
                                       std::int64_t most) {
  const bool huge = is_huge(node);
  const std::optional<std::int64_t> value = huge ? std::nullopt : read_whole(reporter, node, what);
  if (!huge && (!value || (*value >= least && *value <= most))) return value;
  reporter.error(Code::kOutOfRange, node.at,
                 fmt::format("{} is {}, out of range", what, huge ? std::string(node.text) : std::to_string(*value)),
                 {.expected = fmt::format("a whole number from {} to {}", least, most), .suggestion = {}});
  return std::nullopt;
}

std::optional<Micros> parse_duration(std::string_view original) {
  const std::string ascii = tmpl::with_ascii_digits(original);
  const std::string_view text = ascii;
  if (text.starts_with('P')) return IsoDuration(text).parse();
  std::size_t end = text.size();
  while (end > 0 && is_letter(text[end - 1])) --end;
  const std::string_view unit = text.substr(end);
  for (const Unit& known : kUnits) {
    if (known.name != unit) continue;
    const std::optional<tmpl::Integer> count = tmpl::parse_integer(text.substr(0, end));
    if (!count || !std::holds_alternative<std::int64_t>(*count)) return std::nullopt;
    return scaled(std::get<std::int64_t>(*count), known.micros);
  }
  return std::nullopt;
}

std::optional<Micros> read_duration(Reporter& reporter, const Node& node, std::string_view what) {
  static constexpr std::string_view kForms = "seconds as a number, or text such as 90s, 30m, 8h, 2d, PT1H30M";
  std::optional<Micros> value;
  if (node.is_scalar()) {
    if (node.type == ScalarType::kText) value = parse_duration(node.text);
    if (node.type == ScalarType::kBool) value = from_seconds(bool_value(node.text) ? 1 : 0);
    if (node.type == ScalarType::kFloat) value = from_seconds(float_value(node.text));
    if (node.type == ScalarType::kInt) {
      const tmpl::Integer count = int_value(node.text);
      if (const auto* small = std::get_if<std::int64_t>(&count)) value = scaled(*small, 1'000'000);
    }
  }
  if (value) warn_of_odd_number(reporter, node, what);
  if (value) return value;
  const std::string shown = node.is_scalar() ? fmt::format("'{}'", node.text) : std::string(describe(node));
  reporter.error(Code::kBadDuration, node.at, fmt::format("{} is not a duration: {}", what, shown),
                 {.expected = std::string(kForms), .suggestion = {}});
  return std::nullopt;
}

std::optional<Bytes> parse_quantity(std::string_view text) {
  const std::optional<double> bytes = convert_quantity(text, "B");
  if (!bytes) return std::nullopt;
  return Bytes(static_cast<std::uint64_t>(std::min(*bytes, 0x1p63)));
}

std::optional<Bytes> read_quantity(Reporter& reporter, const Node& node, std::string_view what) {
  static constexpr std::string_view kForm =
      "a number and a unit: Ki, Mi, Gi or Ti, such as 16Gi; upper and lower case matter";
  constexpr std::uint64_t kMost = std::uint64_t{1} << 60;
  const bool number = node.is_scalar() && (node.type == ScalarType::kInt || node.type == ScalarType::kFloat);
  if (!number && !node.is_text()) {
    report_wrong_type(reporter, node, what, "a quantity", std::string(kForm));
    return std::nullopt;
  }
  const std::string text = python_text(node.type, node.text);
  const std::optional<Bytes> value = parse_quantity(text);
  if (!value) {
    reporter.error(Code::kBadQuantity, node.at, fmt::format("{} is not a quantity: '{}'", what, text),
                   {.expected = std::string(kForm), .suggestion = {}});
  } else if (value->count() > kMost) {
    reporter.error(Code::kOutOfRange, node.at, fmt::format("{} is {}, out of range", what, text),
                   {.expected = "at most 1 EiB (1048576Ti)", .suggestion = {}});
    return std::nullopt;
  }
  warn_of_odd_number(reporter, node, what);
  return value;
}

bool check_variable_name(Reporter& reporter, const Node& key, std::string_view name) {
  if (!name.empty() && name.find_first_of(std::string_view("=\0", 2)) == std::string_view::npos) return true;
  reporter.error(Code::kBadText, key.at, fmt::format("'{}' cannot be the name of a variable", name),
                 {.expected = "at least one character, and no '='", .suggestion = {}});
  return false;
}

bool read_regex(Reporter& reporter, const Node& node, std::string_view what, std::string& out) {
  if (!read_text(reporter, node, what, Accept::kText, out)) return false;
  if (out.empty()) return true;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  const RE2 regex(out, options);
  if (regex.ok()) return true;
  const bool look_around = regex.error_code() == RE2::ErrorBadPerlOp;
  reporter.error(Code::kBadRegex, node.at, fmt::format("{} is not a regular expression: {}", what, regex.error()),
                 {.expected = look_around ? "RE2 syntax: look-ahead, look-behind and back-references are not part of it"
                                          : std::string(),
                  .suggestion = {}});
  return false;
}

}  // namespace sennit::spec

#include "spec/strict_values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include "spec/suggest.h"
#include "spec/values.h"
#include "spec/yaml/scalar.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kDigits = "0123456789";

// "1h30m": several durations without a space between them, as messages print them.
std::optional<Micros> parse_compound(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t sum_us = 0;
  while (!text.empty()) {
    const std::size_t unit = std::min(text.find_first_not_of(kDigits), text.size());
    const std::size_t end = std::min(text.find_first_of(kDigits, unit), text.size());
    const std::optional<Micros> part = unit == 0 ? std::nullopt : parse_duration(text.substr(0, end));
    if (!part || __builtin_add_overflow(sum_us, part->count(), &sum_us)) return std::nullopt;
    text.remove_prefix(end);
  }
  return Micros(sum_us);
}

constexpr std::size_t kMostDigits = 12;  // of seconds

std::optional<Micros> parse_text(std::string_view text) {
  const bool seconds = !text.empty() && text.size() <= kMostDigits && text.find_first_not_of(kDigits) == text.npos;
  return seconds ? parse_duration(std::string(text) + "s") : parse_compound(text);
}

// "1.5": seconds with a point, as YAML has them.
std::optional<Micros> parse_decimal(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || text.size() > kMostDigits) return std::nullopt;
  return Micros(std::llround(seconds * 1e6));
}

bool refuse_switch(Reporter& reporter, const Node& value, std::string_view what, std::string_view wanted) {
  if (!value.is_scalar() || value.type != ScalarType::kBool) return false;
  reporter.error(Code::kWrongType, value.at, fmt::format("{} must be {}, not '{}'", what, wanted, value.text));
  return true;
}

}  // namespace

std::optional<std::int64_t> read_count(Reporter& reporter, const Node& value, std::string_view what, std::int64_t least,
                                       std::int64_t most) {
  if (refuse_switch(reporter, value, what, "a whole number")) return std::nullopt;
  return read_whole(reporter, value, what, least, most);
}

std::optional<Micros> read_span(Reporter& reporter, const Node& value, std::string_view what) {
  if (refuse_switch(reporter, value, what, "a time")) return std::nullopt;
  if (value.is_text()) {
    if (const std::optional<Micros> time = parse_text(value.text)) return time;
  }
  const std::optional<Micros> duration = read_duration(reporter, value, what);
  if (!duration || duration->count() >= 0) return duration;
  reporter.error(Code::kOutOfRange, value.at, fmt::format("{} is negative", what));
  return std::nullopt;
}

std::optional<std::size_t> read_word(Reporter& reporter, const Node& value, std::string_view what,
                                     std::span<const std::string_view> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (value.is_scalar() && value.text == words[i]) return i;
  }
  reporter.error(Code::kUnknownValue, value.at,
                 fmt::format("{} cannot be {}", what,
                             value.is_scalar() ? fmt::format("'{}'", value.text) : std::string(describe(value))),
                 {.expected = fmt::format("one of {}", fmt::join(words, ", ")),
                  .suggestion = value.is_scalar() ? nearest(value.text, words) : std::string()});
  return std::nullopt;
}

std::optional<Micros> parse_span(std::string_view text) {
  std::optional<Micros> time = parse_text(text);
  if (!time) time = parse_decimal(text);
  if (!time) time = parse_duration(text);
  return time && time->count() >= 0 ? time : std::nullopt;
}

std::optional<double> read_price(Reporter& reporter, const Node& value, std::string_view what) {
  const bool number = value.is_scalar() && (value.type == ScalarType::kInt || value.type == ScalarType::kFloat);
  const double price = !number                            ? -1
                       : value.type == ScalarType::kFloat ? float_value(value.text)
                                                          : float_value(python_text(value.type, value.text));
  if (price >= 0) return price;
  report_wrong_type(reporter, value, what, "a price, not negative");
  return std::nullopt;
}

}  // namespace sennit::spec

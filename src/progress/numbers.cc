#include "progress/numbers.h"

#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace sennit::progress {
namespace {

constexpr std::size_t kMostDigits = 18;

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool starts_with_word(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (lower(text[i]) != word[i]) return false;
  }
  if (text.size() == word.size()) return true;
  const char next = text[word.size()];
  return !is_letter(next) && !is_digit(next) && next != '_';
}

// "nan", "inf", "infinity" in any case.
std::size_t scan_word(std::string_view text, bool negative, double& value) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (starts_with_word(text, "nan")) {
    value = std::numeric_limits<double>::quiet_NaN();
    return 3;
  }
  for (const std::string_view word : {std::string_view("inf"), std::string_view("infinity")}) {
    if (!starts_with_word(text, word)) continue;
    value = negative ? -kInfinity : kInfinity;
    return word.size();
  }
  return 0;
}

// How many bytes of `text` are a number without a sign.
std::size_t decimal_length(std::string_view text) {
  const std::size_t whole = digits_at(text, 0);
  std::size_t end = whole;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = digits_at(text, end + 1);
    if (fraction > 0) end += 1 + fraction;
  }
  if (end == 0) return 0;
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    std::size_t at = end + 1;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits_at(text, at);
    if (exponent > 0) end = at + exponent;
  }
  return end;
}

}  // namespace

std::size_t scan_number(std::string_view text, double& value) {
  if (text.empty()) return 0;
  const bool has_sign = text[0] == '-' || text[0] == '+';
  const bool negative = text[0] == '-';
  const std::string_view rest = text.substr(has_sign ? 1 : 0);
  if (rest.empty()) return 0;
  if (is_letter(rest[0])) {
    const std::size_t length = scan_word(rest, negative, value);
    return length == 0 ? 0 : length + (has_sign ? 1 : 0);
  }
  const std::size_t length = decimal_length(rest);
  if (length == 0) return 0;
  double found = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + length, found);
  if (error != std::errc() || end != rest.data() + length) return 0;
  value = negative ? -found : found;
  return length + (has_sign ? 1 : 0);
}

std::size_t scan_integer(std::string_view text, double& value) {
  const std::size_t length = digits_at(text, 0);
  if (length == 0 || length > kMostDigits) return 0;
  std::uint64_t found = 0;
  std::from_chars(text.data(), text.data() + length, found);
  value = static_cast<double>(found);
  return length;
}

std::size_t scan_count(std::string_view text, double& value) {
  constexpr std::array<std::pair<char, double>, 6> kScales = {
      {{'k', 1e3}, {'K', 1e3}, {'M', 1e6}, {'G', 1e9}, {'T', 1e12}, {'P', 1e15}}};
  if (text.empty() || !is_digit(text[0])) return 0;
  const std::size_t length = scan_number(text, value);
  if (length == 0 || length == text.size()) return length;
  for (const auto& [letter, scale] : kScales) {
    if (text[length] != letter) continue;
    value *= scale;
    return length + 1;
  }
  return length;
}

}  // namespace sennit::progress

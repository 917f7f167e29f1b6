#include "progress/words.h"

#include <algorithm>

#include "progress/numbers.h"

namespace sennit::progress {
namespace {

constexpr std::size_t kMostSeparators = 4;  // between a word and its number

bool is_name_part(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// "learning-rate" and "train/loss" are names as well.
bool joins(std::string_view line, std::size_t at) {
  const bool joint = line[at] == '-' || line[at] == '/' || line[at] == '.';
  return joint && at + 1 < line.size() && is_letter(line[at + 1]) && at > 0 && is_letter(line[at - 1]);
}

bool is_separator(char c) { return c == ' ' || c == '\t' || c == ':' || c == '='; }

// Behind a name: where its number begins. 0: it has none.
std::size_t number_begin(std::string_view line, std::size_t at) {
  std::size_t end = at;
  while (end < line.size() && is_separator(line[end])) ++end;
  if (end == at || end - at > kMostSeparators || end == line.size()) return 0;
  const char c = line[end];
  const bool could_be = is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'n' || c == 'N' || c == 'i' || c == 'I';
  return could_be ? end : 0;
}

// "/1000", " / 1000", " of 20": how many bytes, or 0.
std::size_t scan_total(std::string_view text, double& total) {
  std::size_t at = 0;
  while (at < text.size() && text[at] == ' ') ++at;
  if (text.substr(at).starts_with("/")) {
    ++at;
  } else if (at > 0 && text.substr(at).starts_with("of ")) {
    at += 2;
  } else {
    return 0;
  }
  while (at < text.size() && text[at] == ' ') ++at;
  const std::size_t length = scan_integer(text.substr(at), total);
  return length == 0 ? 0 : at + length;
}

bool is_end_of(std::string_view name, std::string_view word) {
  if (name.size() <= word.size() || !name.ends_with(word)) return false;
  const char before = name[name.size() - word.size() - 1];
  return before == '_' || before == '/' || before == '-' || before == '.';
}

// What the number behind `name` is called by the row; "": it is not this row's.
std::string_view name_by(const WordRow& row, std::string_view name) {
  for (const std::string_view word : row.words) {
    if (word.empty()) break;
    if (name == word) return row.name;
    if (row.prefixed == Prefixed::kNo || !is_end_of(name, word)) continue;
    return row.prefixed == Prefixed::kSameName ? row.name : name;
  }
  return {};
}

// Returns how many bytes it took.
std::size_t read_number(std::string_view text, const WordRow& row, std::string_view called, Readings& readings) {
  double value = 0;
  std::size_t length = row.number == NumberKind::kInteger ? scan_integer(text, value) : scan_number(text, value);
  if (length == 0) return 0;
  if (text.substr(length).starts_with("%")) {
    readings.add(row.total.empty() ? called : kPercent, value);
    return length + 1;
  }
  readings.add(called, value);
  if (row.total.empty()) return length;
  double total = 0;
  const std::size_t more = scan_total(text.substr(length), total);
  if (more > 0 && total > 0 && total >= value) readings.add(row.total, total);
  return length + more;
}

}  // namespace

void read_words(std::string_view line, std::span<const WordRow> rows, Readings& readings) {
  std::size_t at = 0;
  while (at < line.size()) {
    if (!is_letter(line[at])) {
      // "2nd" is no name, nor is what follows a digit.
      if (!is_name_part(line[at++])) continue;
      while (at < line.size() && is_name_part(line[at])) ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < line.size() && (is_name_part(line[at]) || joins(line, at))) ++at;
    const std::size_t number = number_begin(line, at);
    if (number == 0) continue;
    const std::string_view name = line.substr(begin, at - begin);
    for (const WordRow& row : rows) {
      const std::string_view called = name_by(row, name);
      if (called.empty()) continue;
      const std::size_t length = read_number(line.substr(number), row, called, readings);
      if (length > 0) at = number + length;
      break;
    }
  }
}

void read_fraction(std::string_view line, Readings& readings) {
  double percent = -1;
  for (std::size_t at = 0; at < line.size();) {
    if (!is_digit(line[at])) {
      ++at;
      continue;
    }
    double value = 0;
    const std::size_t length = std::max<std::size_t>(scan_number(line.substr(at), value), 1);
    const std::string_view rest = line.substr(at + length);
    double total = 0;
    const bool whole = line.substr(at, length).find_first_not_of("0123456789") == std::string_view::npos;
    const std::size_t more = whole && rest.starts_with("/") ? scan_integer(rest.substr(1), total) : 0;
    if (more > 0 && total > 0 && value <= total && !rest.substr(1 + more).starts_with("/")) {
      readings.add(kStep, value);
      readings.add(kTotal, total);
      return;
    }
    if (rest.starts_with("%") && percent < 0 && value <= 100) percent = value;
    at += length + (more > 0 ? 1 + more : 0);
  }
  if (percent >= 0) readings.add(kPercent, percent);
}

}  // namespace sennit::progress

#include "progress/bars.h"

#include <array>
#include <span>

#include "progress/names.h"
#include "progress/numbers.h"
#include "progress/words.h"

namespace sennit::progress {
namespace {

// What is described so runs beside the training: its steps are not those of the task.
constexpr std::array<std::string_view, 4> kAsides = {"Validation", "Validating", "Sanity Checking", "Testing"};

constexpr std::array<WordRow, 1> kEpochInDescription = {{{.words = {"Epoch", "epoch", "EPOCH"},
                                                          .number = NumberKind::kInteger,
                                                          .prefixed = Prefixed::kNo,
                                                          .name = kEpoch,
                                                          .total = kEpochs}}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool is_aside(std::string_view description) {
  for (const std::string_view aside : kAsides) {
    if (description.starts_with(aside)) return true;
  }
  return false;
}

// "loss=0.25" of what stands in brackets behind a bar.
void read_postfix(std::string_view inside, Readings& readings) {
  while (!inside.empty()) {
    const std::size_t comma = inside.find(',');
    const std::string_view part = trimmed(inside.substr(0, comma));
    inside = comma == std::string_view::npos ? std::string_view() : inside.substr(comma + 1);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    double value = 0;
    if (scan_number(trimmed(part.substr(equals + 1)), value) == 0) continue;
    readings.add(canonical_name(part.substr(0, equals)), value);
  }
}

void read_brackets(std::string_view text, Readings& readings) {
  const std::size_t open = text.find('[');
  if (open == std::string_view::npos) return;
  const std::size_t close = text.rfind(']');
  read_postfix(text.substr(open + 1, close == std::string_view::npos || close < open ? close : close - open - 1),
               readings);
}

// "45/100 [" in front of `text`.
bool read_counts(std::string_view text, double& done, double& total) {
  const std::string_view counts = trimmed(text);
  const std::size_t length = scan_count(counts, done);
  if (length == 0 || length >= counts.size() || counts[length] != '/') return false;
  const std::size_t more = scan_count(counts.substr(length + 1), total);
  return more > 0 && trimmed(counts.substr(length + 1 + more)).starts_with("[");
}

// With a known total: "Epoch 3:  45%|####5     | 45/100 [...]".
bool read_drawn(std::string_view line, std::size_t bar, Readings& readings) {
  std::size_t begin = bar;
  while (begin > 0 && is_digit(line[begin - 1])) --begin;
  if (begin == bar || bar - begin > 3) return false;
  const std::size_t end = line.find('|', bar + 2);
  double done = 0;
  double total = 0;
  if (end == std::string_view::npos || !read_counts(line.substr(end + 1), done, total)) return false;
  const std::string_view description = trimmed(line.substr(0, begin));
  if (is_aside(description)) return true;
  read_words(description, kEpochInDescription, readings);
  readings.add(kStep, done);
  if (total > 0 && total >= done) readings.add(kTotal, total);
  read_brackets(line.substr(end + 1), readings);
  return true;
}

// Without: "45it [00:10, 4.50it/s, loss=0.25]".
bool read_counted(std::string_view line, Readings& readings) {
  const std::size_t unit = line.find("it [");
  if (unit == std::string_view::npos || unit == 0) return false;
  std::size_t begin = unit;
  while (begin > 0 && (is_digit(line[begin - 1]) || line[begin - 1] == '.' || is_letter(line[begin - 1]))) --begin;
  double done = 0;
  if (scan_count(line.substr(begin, unit - begin), done) != unit - begin) return false;
  if (is_aside(trimmed(line.substr(0, begin)))) return true;
  readings.add(kStep, done);
  read_brackets(line.substr(unit), readings);
  return true;
}

}  // namespace

bool read_tqdm(std::string_view line, Readings& readings) {
  if (const std::size_t bar = line.find("%|"); bar != std::string_view::npos) return read_drawn(line, bar, readings);
  return read_counted(line, readings);
}

bool read_keras(std::string_view line, Readings& readings) {
  constexpr std::string_view kLine = "\xe2\x94\x81";  // U+2501
  const std::string_view text = trimmed(line);
  double done = 0;
  double total = 0;
  const std::size_t length = scan_integer(text, done);
  if (length == 0 || length >= text.size() || text[length] != '/') return false;
  const std::size_t more = scan_integer(text.substr(length + 1), total);
  if (more == 0) return false;
  std::string_view rest = trimmed(text.substr(length + 1 + more));
  if (!rest.starts_with("[") && !rest.starts_with(kLine)) return false;
  if (!rest.starts_with(kLine) && rest.find_first_not_of("=>.", 1) != rest.find(']')) return false;
  readings.add(kStep, done);
  if (total > 0 && total >= done) readings.add(kTotal, total);
  for (std::size_t at = rest.find(" - "); at != std::string_view::npos; at = rest.find(" - ")) {
    rest = rest.substr(at + 3);
    const std::size_t colon = rest.find(": ");
    double value = 0;
    if (colon == std::string_view::npos || rest.substr(0, colon).find(' ') != std::string_view::npos) continue;
    const std::string_view text_behind = rest.substr(colon + 2);
    const std::size_t size = scan_number(text_behind, value);
    // "ETA: 3s" has a unit: it is no measure of the training.
    const bool has_unit = size < text_behind.size() && is_letter(text_behind[size]);
    if (size > 0 && !has_unit) readings.add(canonical_name(rest.substr(0, colon)), value);
  }
  return true;
}

}  // namespace sennit::progress

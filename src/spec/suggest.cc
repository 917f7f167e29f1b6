#include "spec/suggest.h"

#include <algorithm>
#include <array>
#include <vector>

namespace sennit::spec {
namespace {

// Longer words are not typed by hand, and the table below grows with their product.
constexpr std::size_t kLongestWord = 64;

constexpr std::size_t kShortestShortForm = 3;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == '-' ? '_' : c; }

// Whether `word` begins like `form` and has its letters in order.
bool is_short_for(std::string_view form, std::string_view word) {
  if (form.size() < kShortestShortForm || form.size() >= word.size() || lower(form[0]) != lower(word[0])) return false;
  std::size_t at = 0;
  for (const char c : word) at += at < form.size() && lower(form[at]) == lower(c) ? 1 : 0;
  return at == form.size();
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (a.size() > kLongestWord || b.size() > kLongestWord) return limit + 1;
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) return limit + 1;
  using Row = std::array<std::size_t, kLongestWord + 1>;
  Row before{};
  Row above{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return std::min(above[b.size()], limit + 1);
}

Nearest::Nearest(std::string_view wanted)
    : wanted_(wanted), limit_(std::min<std::size_t>(3, (wanted.size() + 2) / 3)) {}

void Nearest::consider(std::string_view candidate) {
  if (long_form_.empty() && is_short_for(wanted_, candidate)) long_form_ = candidate;
  const std::size_t distance = edit_distance(wanted_, candidate, limit_);
  if (distance > limit_ || distance >= candidate.size()) return;
  // Of equals the first one stays, unless another one only goes on where the word ends.
  const bool goes_on = candidate.starts_with(wanted_) && !best_.starts_with(wanted_);
  if (!best_.empty() && distance == limit_ && !goes_on) return;
  best_ = candidate;
  limit_ = distance;
}

std::string nearest(std::string_view wanted, std::span<const std::string_view> candidates) {
  Nearest nearest(wanted);
  for (const std::string_view candidate : candidates) nearest.consider(candidate);
  return nearest.result();
}

}  // namespace sennit::spec

#include "logs/pattern_set.h"

#include <algorithm>

namespace sennit::logs {
namespace {

constexpr std::size_t kBlock = 3;
constexpr std::size_t kLongestWindow = 64;

unsigned byte(char c) { return static_cast<unsigned char>(c); }

}  // namespace

std::size_t PatternSet::block(const char* end) {
  return (byte(end[-3]) ^ byte(end[-2]) << 4U ^ byte(end[-1]) << 7U) & ((1U << kBlockBits) - 1);
}

PatternSet::PatternSet(std::vector<Pattern> patterns) : patterns_(std::move(patterns)) {
  std::erase_if(patterns_, [](const Pattern& pattern) { return pattern.text.empty(); });
  std::ranges::stable_sort(patterns_, {}, &Pattern::text);
  const auto doubled = std::ranges::unique(patterns_, {}, &Pattern::text);
  patterns_.erase(doubled.begin(), doubled.end());
  if (patterns_.empty()) return;
  const auto sizes = [](const Pattern& pattern) { return pattern.text.size(); };
  window_ = std::min(kLongestWindow, std::ranges::min_element(patterns_, {}, sizes)->text.size());
  longest_ = std::ranges::max_element(patterns_, {}, sizes)->text.size();
  for (const Pattern& pattern : patterns_) first_bytes_[byte(pattern.text.front())] = true;
  fill_shifts();
  link_prefixes();
}

void PatternSet::fill_shifts() {
  if (window_ < kBlock) return;
  shifts_.assign(std::size_t{1} << kBlockBits, static_cast<std::uint8_t>(window_ - kBlock + 1));
  for (const Pattern& pattern : patterns_) {
    for (std::size_t end = kBlock; end <= window_; ++end) {
      std::uint8_t& shift = shifts_[block(pattern.text.data() + end)];
      shift = std::min(shift, static_cast<std::uint8_t>(window_ - end));
    }
  }
}

void PatternSet::link_prefixes() {
  prefix_.assign(patterns_.size(), kNone);
  for (std::size_t i = 1; i < patterns_.size(); ++i) {
    std::size_t before = i - 1;
    while (before != kNone && !patterns_[i].text.starts_with(patterns_[before].text)) before = prefix_[before];
    prefix_[i] = before;
  }
}

// The last pattern that is not above the text begins with every pattern that the text begins with.
const Pattern* PatternSet::match_at(std::string_view text) const {
  const auto above = std::ranges::upper_bound(patterns_, text, std::less<std::string_view>{}, &Pattern::text);
  if (above == patterns_.begin()) return nullptr;
  auto at = static_cast<std::size_t>(above - patterns_.begin()) - 1;
  while (at != kNone && !text.starts_with(patterns_[at].text)) at = prefix_[at];
  return at == kNone ? nullptr : &patterns_[at];
}

// Whether a pattern is longer than the text and begins with it.
bool PatternSet::may_begin(std::string_view text) const {
  if (text.size() >= longest_ || !first_bytes_[byte(text.front())]) return false;
  const auto above = std::ranges::upper_bound(patterns_, text, std::less<std::string_view>{}, &Pattern::text);
  return above != patterns_.end() && above->text.starts_with(text);
}

PatternSet::Found PatternSet::find(std::string_view text, std::size_t from, Ending ending) const {
  const Found nothing{.at = text.size(), .size = 0, .is_part = false};
  if (patterns_.empty()) return nothing;
  const bool more = ending == Ending::kMore;
  std::size_t at = from;
  while (at + window_ <= text.size()) {
    if (!shifts_.empty()) {
      const std::uint8_t shift = shifts_[block(text.data() + at + window_)];
      if (shift > 0) {
        at += shift;
        continue;
      }
    }
    const std::string_view rest = text.substr(at);
    if (more && may_begin(rest)) return {.at = at, .size = 0, .is_part = false};
    // A comparison need not look further than a pattern can reach.
    if (const Pattern* found = match_at(rest.substr(0, longest_))) {
      return {.at = at, .size = found->text.size(), .is_part = found->is_part};
    }
    ++at;
  }
  for (; more && at < text.size(); ++at) {
    if (may_begin(text.substr(at))) return {.at = at, .size = 0, .is_part = false};
  }
  return nothing;
}

}  // namespace sennit::logs

// Labels in a question, and what an administrator wants of them (osmo-spec.md 5.3).
//
// Threads:   pure functions.
// Errors:    kInvalid, with what would be right.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sennit::spec {

inline constexpr std::size_t kMaxSelectorBytes = 4096;
inline constexpr std::size_t kMaxSelectorPatterns = 32;

// "key=value" of --label.
Result<std::pair<std::string, std::string>> parse_label(std::string_view text);

struct LabelSelector {
  std::string key;
  // The workflow's value is like one of these; * stands for any run of characters.
  std::vector<std::string> patterns;
};
// "key=value", where (a|b) stands for either and * for anything.
Result<LabelSelector> parse_label_selector(std::string_view text);
bool matches(const LabelSelector& selector, std::string_view value);

// The labels as pods carry them: with the prefix that a server puts before each key.
Result<std::map<std::string, std::string>> prefixed_labels(const std::map<std::string, std::string>& labels,
                                                           std::string_view prefix);

}  // namespace sennit::spec

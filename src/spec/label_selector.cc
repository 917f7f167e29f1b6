#include "spec/label_selector.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/wildcard.h"
#include "spec/grammar.h"

namespace sennit::spec {
namespace {

Error invalid(std::string message) { return Error(ErrorCode::kInvalid, std::move(message)); }

Result<std::vector<std::string>> split_alternatives(std::string_view group) {
  std::vector<std::string> alternatives;
  while (true) {
    const std::size_t bar = group.find('|');
    alternatives.emplace_back(group.substr(0, bar));
    if (bar == std::string_view::npos) break;
    group.remove_prefix(bar + 1);
  }
  const bool empty = std::ranges::any_of(alternatives, &std::string::empty);
  if (alternatives.size() < 2 || empty) return invalid("alternatives are two or more values: (a|b)");
  return alternatives;
}

// The value as a row of choices: "x(a|b)" is [x], [a, b].
Result<std::vector<std::vector<std::string>>> choices_of(std::string_view value) {
  std::vector<std::vector<std::string>> choices;
  while (!value.empty()) {
    const std::size_t special = std::min(value.find_first_of("(|)"), value.size());
    if (special > 0) choices.push_back({std::string(value.substr(0, special))});
    value.remove_prefix(special);
    if (value.empty()) break;
    const std::size_t close = value.find(')');
    if (value.front() != '(' || close == std::string_view::npos) return invalid("alternatives are written (a|b)");
    const std::string_view group = value.substr(1, close - 1);
    if (group.find('(') != std::string_view::npos) return invalid("alternatives cannot have alternatives inside");
    SENNIT_ASSIGN(std::vector<std::string> alternatives, split_alternatives(group));
    choices.push_back(std::move(alternatives));
    value.remove_prefix(close + 1);
  }
  return choices;
}

Result<std::vector<std::string>> expand(const std::vector<std::vector<std::string>>& choices) {
  std::vector<std::string> expanded = {""};
  for (const std::vector<std::string>& choice : choices) {
    if (expanded.size() * choice.size() > kMaxSelectorPatterns) {
      return invalid(fmt::format("a selector stands for at most {} values", kMaxSelectorPatterns));
    }
    std::vector<std::string> longer;
    for (const std::string& begin : expanded) {
      for (const std::string& end : choice) longer.push_back(begin + end);
    }
    expanded = std::move(longer);
  }
  return expanded;
}

std::string with_single_stars(std::string_view pattern) {
  std::string out;
  for (const char c : pattern) {
    if (c != '*' || !out.ends_with('*')) out += c;
  }
  return out;
}

// Something stands in for each *, whose length nobody knows.
bool is_pattern(std::string pattern) {
  std::ranges::replace(pattern, '*', 'a');
  return is_label_value(pattern);
}

}  // namespace

Result<std::pair<std::string, std::string>> parse_label(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return invalid(fmt::format("'{}' is not key=value", text));
  std::pair<std::string, std::string> label(text.substr(0, equals), text.substr(equals + 1));
  if (!is_label_key(label.first)) return invalid(fmt::format("'{}' is not the name of a label", label.first));
  if (!is_label_value(label.second)) return invalid(fmt::format("'{}' is not the value of a label", label.second));
  return label;
}

Result<LabelSelector> parse_label_selector(std::string_view text) {
  if (text.size() > kMaxSelectorBytes) {
    return invalid(fmt::format("a selector has at most {} bytes", kMaxSelectorBytes));
  }
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return invalid(fmt::format("the selector '{}' is not key=value", text));
  LabelSelector selector;
  selector.key = text.substr(0, equals);
  if (!is_label_key(selector.key)) return invalid(fmt::format("'{}' is not the name of a label", selector.key));
  SENNIT_ASSIGN(const auto choices, choices_of(text.substr(equals + 1)));
  SENNIT_ASSIGN(const std::vector<std::string> expanded, expand(choices));
  std::set<std::string> seen;
  for (const std::string& each : expanded) {
    std::string pattern = with_single_stars(each);
    if (!is_pattern(pattern)) return invalid(fmt::format("no label can have the value '{}'", pattern));
    if (seen.insert(pattern).second) selector.patterns.push_back(std::move(pattern));
  }
  return selector;
}

bool matches(const LabelSelector& selector, std::string_view value) {
  return std::ranges::any_of(selector.patterns,
                             [&](const std::string& pattern) { return matches_wildcard(pattern, value); });
}

Result<std::map<std::string, std::string>> prefixed_labels(const std::map<std::string, std::string>& labels,
                                                           std::string_view prefix) {
  if (prefix.empty()) return labels;
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : labels) {
    std::string longer = fmt::format("{}{}", prefix, key);
    if (!is_label_key(longer)) {
      return invalid(fmt::format("'{}' with the prefix '{}' is not the name of a label", key, prefix));
    }
    out.emplace(std::move(longer), value);
  }
  return out;
}

}  // namespace sennit::spec

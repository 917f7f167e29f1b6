#include "spec/labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "spec/grammar.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kNameForm =
    "[prefix/]name: up to 63 letters, digits, -, _ and ., with a letter or digit at both ends";
constexpr std::string_view kValueForm = "1 to 63 letters, digits, -, _ and ., with a letter or digit at both ends";

std::string bad_name(std::string_view name) { return fmt::format("'{}' is not the name of a label", name); }
std::string bad_value(std::string_view value) { return fmt::format("'{}' is not the value of a label", value); }

}  // namespace

void read_labels(Reporter& reporter, const Limits& limits, const Node& value, Labels& labels) {
  labels.clear();
  if (!value.is_mapping()) {
    reporter.error(Code::kBadLabel, value.at, fmt::format("'labels' must be a map, not {}", describe(value)),
                   {.expected = "lines of 'label: value'", .suggestion = {}});
    return;
  }
  if (value.count > limits.labels) {
    reporter.error(Code::kTooManyLabels, value.at,
                   fmt::format("{} labels, the limit labels is {}", value.count, limits.labels));
  }
  for (const Node& entry : Children(value)) {
    if (!entry.key->is_text() || !is_label_key(entry.key->text)) {
      reporter.error(Code::kBadLabel, entry.key->at, bad_name(entry.key->text),
                     {.expected = std::string(kNameForm), .suggestion = {}});
      continue;
    }
    if (!entry.is_text()) {
      reporter.error(
          Code::kBadLabel, entry.at,
          fmt::format("the label '{}' must be text, not {}", entry.key->text, describe(entry)),
          {.expected = entry.is_scalar() && !entry.is_null() ? fmt::format("quotes around it: \"{}\"", entry.text)
                                                             : std::string(kValueForm),
           .suggestion = {}});
    } else if (!is_label_value(entry.text)) {
      reporter.error(Code::kBadLabel, entry.at, bad_value(entry.text),
                     {.expected = std::string(kValueForm), .suggestion = {}});
    } else {
      labels[std::string(entry.key->text)] = entry.text;
    }
  }
}

void add_label_flags(Reporter& reporter, const Limits& limits, const std::vector<std::string>& flags, Labels& labels) {
  const std::size_t before = labels.size();
  for (const std::string& flag : flags) {
    const std::size_t equals = flag.find('=');
    if (equals == std::string::npos) {
      reporter.error_in_general(Code::kBadLabel, "--label", fmt::format("'{}' has no value", flag),
                                {.expected = "--label name=value", .suggestion = {}});
      continue;
    }
    const std::string name = flag.substr(0, equals);
    const std::string value = flag.substr(equals + 1);
    if (!is_label_key(name)) {
      reporter.error_in_general(Code::kBadLabel, "--label", bad_name(name),
                                {.expected = std::string(kNameForm), .suggestion = {}});
    } else if (!is_label_value(value)) {
      reporter.error_in_general(Code::kBadLabel, "--label", bad_value(value),
                                {.expected = std::string(kValueForm), .suggestion = {}});
    } else {
      labels[name] = value;
    }
  }
  if (labels.size() == before || labels.size() <= limits.labels) return;
  reporter.error_in_general(
      Code::kTooManyLabels, "--label",
      fmt::format("{} labels with those of the file, the limit labels is {}", labels.size(), limits.labels));
}

void check_label_policies(Reporter& reporter, const Config& config, const Labels& labels) {
  for (const auto& [name, policy] : config.label_policies) {
    const LabelVerdict verdict = check_label(policy, labels);
    if (verdict == LabelVerdict::kFine || verdict == LabelVerdict::kNotChecked) continue;
    std::string message = verdict == LabelVerdict::kMissing
                              ? fmt::format("the label '{}' is missing", name)
                              : fmt::format("the label '{}' cannot be '{}' here", name, labels.at(name));
    const std::string values = fmt::format("{}", fmt::join(policy.allowed, ", "));
    const Help help{.expected = values.empty() ? fmt::format("{}: <value>", name) : "one of " + values,
                    .suggestion = {}};
    if (policy.enforcement == LabelEnforcement::kWarn) {
      reporter.warning_in_general(Code::kLabelPolicy, {}, std::move(message), help);
    } else {
      reporter.error_in_general(Code::kLabelPolicy, {}, std::move(message), help);
    }
  }
}

}  // namespace sennit::spec

#include <array>
#include <boost/json.hpp>

#include "misc_kinds.h"
#include "spec/grammar.h"
#include "spec/label_policy.h"
#include "spec/label_selector.h"
#include "vectors.h"

namespace json = boost::json;

namespace sennit::conformance {
namespace {

std::map<std::string, std::string> labels_of(const json::object& input) {
  std::map<std::string, std::string> labels;
  for (const auto& [key, value] : input.at("labels").as_object()) labels.emplace(key, value.as_string());
  return labels;
}

Answer label_key(const json::object& input) {
  return json::object{{"valid", spec::is_label_key(text_of(input, "key"))}};
}

Answer label_value(const json::object& input) {
  return json::object{{"valid", spec::is_label_value(text_of(input, "value"))}};
}

Answer assignment(const json::object& input) {
  const auto label = spec::parse_label(text_of(input, "text"));
  if (!label) return std::nullopt;
  return result_of(json::array{label->first, label->second});
}

Answer selector(const json::object& input) {
  const Result<spec::LabelSelector> parsed = spec::parse_label_selector(text_of(input, "text"));
  if (!parsed) return std::nullopt;
  json::array values;
  for (const std::string& pattern : parsed->patterns) values.emplace_back(pattern);
  return result_of(json::object{{"key", parsed->key}, {"values", values}});
}

Answer prefix(const json::object& input) {
  const auto prefixed = spec::prefixed_labels(labels_of(input), text_of(input, "prefix"));
  if (!prefixed) return std::nullopt;
  json::object out;
  for (const auto& [key, value] : *prefixed) out[key] = value;
  return result_of(out);
}

spec::LabelEnforcement enforcement(std::string_view word) {
  if (word == "warn") return spec::LabelEnforcement::kWarn;
  return word == "off" ? spec::LabelEnforcement::kOff : spec::LabelEnforcement::kEnforce;
}

std::string_view word_of(spec::LabelVerdict verdict) {
  switch (verdict) {
    case spec::LabelVerdict::kNotChecked: return "not checked";
    case spec::LabelVerdict::kFine: return "ok";
    case spec::LabelVerdict::kMissing: return "missing";
    case spec::LabelVerdict::kNotAllowed: return "invalid";
  }
  return "";
}

Answer policy(const json::object& input) {
  const json::object& given = input.at("policy").as_object();
  spec::LabelPolicy policy{text_of(given, "key"), {}, enforcement(text_of(given, "enforcement"))};
  for (const json::value& value : given.at("allow_list").as_array()) policy.allowed.emplace_back(value.as_string());
  return json::object{{"outcome", word_of(spec::check_label(policy, labels_of(input)))}};
}

constexpr auto kKinds = std::to_array<MiscKind>({{"label_key", label_key},
                                                 {"label_value", label_value},
                                                 {"label_assignment", assignment},
                                                 {"label_selector", selector},
                                                 {"label_prefix", prefix},
                                                 {"label_policy", policy}});

}  // namespace

std::span<const MiscKind> label_kinds() { return kKinds; }

}  // namespace sennit::conformance

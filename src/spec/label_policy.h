// What an administrator wants of one label (osmo-spec.md 5.3).
//
// Threads:   pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sennit::spec {

enum class LabelEnforcement : std::uint8_t { kOff, kWarn, kEnforce };

struct LabelPolicy {
  std::string key;
  std::vector<std::string> allowed;  // none: any value
  LabelEnforcement enforcement = LabelEnforcement::kOff;
};

enum class LabelVerdict : std::uint8_t { kNotChecked, kFine, kMissing, kNotAllowed };

// kMissing and kNotAllowed are a warning or a refusal, as `policy.enforcement` says.
LabelVerdict check_label(const LabelPolicy& policy, const std::map<std::string, std::string>& labels);

}  // namespace sennit::spec

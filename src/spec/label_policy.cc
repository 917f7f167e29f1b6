#include "spec/label_policy.h"

#include <algorithm>

namespace sennit::spec {

LabelVerdict check_label(const LabelPolicy& policy, const std::map<std::string, std::string>& labels) {
  if (policy.enforcement == LabelEnforcement::kOff) return LabelVerdict::kNotChecked;
  const auto label = labels.find(policy.key);
  if (label == labels.end()) return LabelVerdict::kMissing;
  const bool fine = policy.allowed.empty() || std::ranges::find(policy.allowed, label->second) != policy.allowed.end();
  return fine ? LabelVerdict::kFine : LabelVerdict::kNotAllowed;
}

}  // namespace sennit::spec

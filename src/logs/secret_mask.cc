#include "logs/secret_mask.h"

#include <algorithm>

namespace sennit::logs {
namespace {

constexpr std::size_t kLeastCharacters = 8;

// Characters, not bytes: continuation bytes of UTF-8 do not count.
bool is_long_enough(std::string_view value) {
  const auto characters = std::ranges::count_if(value, [](char c) { return (c & '\xC0') != '\x80'; });
  return static_cast<std::size_t>(characters) >= kLeastCharacters;
}

}  // namespace

std::vector<std::string> secrets_of(const std::vector<CredentialUse>& uses,
                                    const std::map<std::string, CredentialPayload>& payloads) {
  std::vector<std::string> secrets;
  for (const CredentialUse& use : uses) {
    const auto payload = payloads.find(use.credential);
    if (payload == payloads.end()) continue;
    for (const auto& [key, value] : payload->second) {
      const bool mapped = std::ranges::any_of(use.env, [&](const auto& variable) { return variable.second == key; });
      if ((mapped || !use.mount_dir.empty()) && is_long_enough(value)) secrets.push_back(value);
    }
  }
  return secrets;
}

SecretMask::SecretMask(std::vector<std::string> secrets) : secrets_(std::move(secrets)) {
  std::erase(secrets_, "");
  std::ranges::stable_sort(secrets_, std::ranges::greater{}, &std::string::size);
  for (const std::string& secret : secrets_) beginnings_ += secret.front();
}

std::string SecretMask::mask(std::string_view text) const {
  std::string out;
  while (true) {
    const std::size_t at = text.find_first_of(beginnings_);
    if (at == std::string_view::npos) break;
    out.append(text.substr(0, at));
    text.remove_prefix(at);
    const auto secret =
        std::ranges::find_if(secrets_, [&](const std::string& candidate) { return text.starts_with(candidate); });
    if (secret != secrets_.end()) {
      out.append(kMasked);
      text.remove_prefix(secret->size());
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out.append(text);
}

}  // namespace sennit::logs

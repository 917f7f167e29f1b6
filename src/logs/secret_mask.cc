#include "logs/secret_mask.h"

#include <algorithm>

#include "logs/secret_forms.h"

namespace sennit::logs {
namespace {

std::vector<Pattern> patterns_of(const std::vector<std::string>& secrets) {
  std::vector<Pattern> patterns;
  for (const std::string& secret : secrets) {
    if (is_long_enough(secret)) {
      append_forms(secret, patterns);
    } else {
      patterns.push_back({secret});
    }
  }
  return patterns;
}

}  // namespace

std::vector<std::string> secrets_of(const std::vector<CredentialUse>& uses, const CredentialValues& values) {
  std::vector<std::string> secrets;
  for (const CredentialUse& use : uses) {
    const auto given = values.find(use.credential);
    if (given == values.end()) continue;
    for (const auto& [key, value] : given->second.payload) {
      const bool mapped = std::ranges::any_of(use.env, [&key = key](const auto& one) { return one.second == key; });
      const bool used = mapped || !use.mount_dir.empty();
      if (used && is_secret(given->second.type, key) && is_long_enough(value)) secrets.push_back(value);
    }
  }
  return secrets;
}

std::vector<std::string> secrets_of(const StorageKeys& keys) {
  std::vector<std::string> secrets;
  for (const auto& [profile, payload] : keys) {
    for (const auto& [key, value] : payload) {
      if (is_secret(CredentialType::kData, key) && is_long_enough(value)) secrets.push_back(value);
    }
  }
  return secrets;
}

SecretMask::SecretMask(const std::vector<std::string>& secrets) : patterns_(patterns_of(secrets)) {}

std::string SecretMask::mask(std::string_view text) const {
  MaskedStream stream(*this);
  std::string out(stream.take(text));
  out += stream.end();
  return out;
}

std::string_view MaskedStream::take(std::string_view bytes) {
  if (held_.empty()) return work_off(bytes, PatternSet::Ending::kMore);
  in_ = std::move(held_);
  in_ += bytes;
  held_.clear();
  return work_off(in_, PatternSet::Ending::kMore);
}

std::string_view MaskedStream::end() {
  in_ = std::move(held_);
  held_.clear();
  return work_off(in_, PatternSet::Ending::kFinal);
}

std::string_view MaskedStream::work_off(std::string_view text, PatternSet::Ending ending) {
  out_.clear();
  bool masked = false;
  std::size_t done = 0;
  while (done < text.size()) {
    const PatternSet::Found found = patterns_.find(text, done, ending);
    if (!masked && (found.at == text.size() || found.size == 0)) {
      // The usual case: nothing is copied.
      held_ = text.substr(found.at);
      if (found.at > 0) in_parts_ = false;
      return text.substr(0, found.at);
    }
    if (found.at > done) in_parts_ = false;
    out_.append(text.substr(done, found.at - done));
    if (found.size == 0) {
      held_ = text.substr(found.at);
      break;
    }
    // One mask stands for all parts of a text.
    if (!(in_parts_ && found.is_part)) out_.append(kMasked);
    in_parts_ = found.is_part;
    masked = true;
    done = found.at + found.size;
  }
  return out_;
}

}  // namespace sennit::logs

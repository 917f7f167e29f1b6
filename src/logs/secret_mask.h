// Keeps the values of a task's credentials out of its log (osmo-spec.md section 6, masking).
//
// Threads:   a const mask may be used by several threads.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/task_body.h"

namespace sennit::logs {

inline constexpr std::string_view kMasked = "[MASKED]";

// A credential's keys and values.
using CredentialPayload = std::map<std::string, std::string>;

// What a log must not show of the credentials that a task uses: of a mounted one every value, of variables those that
// they get. Values of less than 8 characters are too common to be told from other text. `payloads` are by credential.
std::vector<std::string> secrets_of(const std::vector<CredentialUse>& uses,
                                    const std::map<std::string, CredentialPayload>& payloads);

class SecretMask {
 public:
  // Secrets are plain text; empty ones are left out.
  explicit SecretMask(std::vector<std::string> secrets);

  // The text with [MASKED] for each secret; where several begin, for the longest.
  std::string mask(std::string_view text) const;
  bool empty() const { return secrets_.empty(); }

 private:
  std::vector<std::string> secrets_;  // the longest first
  std::string beginnings_;            // their first bytes
};

}  // namespace sennit::logs

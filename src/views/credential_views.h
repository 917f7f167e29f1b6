// Stored credentials. See views.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"

namespace sennit::views {

// A stored credential, without its values.
struct CredentialView {
  std::string name;
  std::string type;     // GENERIC, REGISTRY, DATA
  std::string profile;  // what it opens: "s3://bucket", "nvcr.io"; "" for GENERIC
  std::vector<std::string> keys;
  std::optional<Instant> set_at;
  friend bool operator==(const CredentialView&, const CredentialView&) = default;
};

// By name.
struct CredentialList {
  std::vector<CredentialView> credentials;
  friend bool operator==(const CredentialList&, const CredentialList&) = default;
};

// The one way in which values travel to the server; none travels back.
struct CredentialRequest {
  std::string type;  // "": GENERIC
  std::map<std::string, std::string> payload;
  friend bool operator==(const CredentialRequest&, const CredentialRequest&) = default;
};

// What was set or deleted.
struct CredentialReply {
  CredentialView credential;
  std::vector<std::string> replaced;  // names: its own, or another one's for the same profile
  friend bool operator==(const CredentialReply&, const CredentialReply&) = default;
};

}  // namespace sennit::views

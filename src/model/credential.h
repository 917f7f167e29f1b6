// What users keep for their tasks, by name: keys to services, registries and storage (osmo-spec.md section 6).
//
// Values are held as short as can be: they are sealed where they are stored, and neither the journal nor a stored
// workflow has them. What a task uses is named in its body (CredentialUse), and looked up each time that it starts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "model/task_body.h"

namespace sennit {

enum class CredentialType : std::uint8_t { kGeneric = 0, kRegistry = 1, kData = 2 };

// "GENERIC", "REGISTRY", "DATA"; read in any case.
std::string_view to_string(CredentialType type);
std::optional<CredentialType> parse_credential_type(std::string_view text);

// Keys and values.
using CredentialPayload = std::map<std::string, std::string>;

struct Credential {
  std::string name;
  CredentialType type = CredentialType::kGeneric;
  std::string profile;  // what it opens: a registry's scope, a storage profile; "" for kGeneric
  CredentialPayload payload;
  Instant set_at;
  friend bool operator==(const Credential&, const Credential&) = default;
};

// What a task gets of a credential.
struct GivenCredential {
  CredentialType type = CredentialType::kGeneric;
  CredentialPayload payload;
  friend bool operator==(const GivenCredential&, const GivenCredential&) = default;
};
using CredentialValues = std::map<std::string, GivenCredential>;  // by name

// What opens storages, by profile ("s3://bucket").
using StorageKeys = std::map<std::string, CredentialPayload>;
// Where the buckets of datasets are, by name; the default one is "".
using DatasetPlaces = std::map<std::string, std::string>;

// What a task's data needs: where it is, as far as the task says so by a name, and what opens it.
struct StorageAccess {
  StorageKeys keys;
  DatasetPlaces datasets;
};

// Whether a value must not be shown. Where storage or a registry is, and who logs in there, may.
bool is_secret(CredentialType type, std::string_view key);

// The profiles for which one is stored: enough to check URLs.
using StorageProfiles = std::set<std::string, std::less<>>;

// By name, the keys without their values: enough to check a workflow.
using CredentialKeys = std::map<std::string, std::vector<std::string>, std::less<>>;

// Whether an encoded body names credentials, without decoding the rest of it.
bool has_credentials(std::string_view body);

}  // namespace sennit

#include "launch/credential_variables.h"

#include <set>
#include <string_view>

namespace sennit::launch {
namespace {

Result<const CredentialPayload*> payload_of(const CredentialUse& use, const CredentialValues& values) {
  const auto given = values.find(use.credential);
  if (given != values.end()) return &given->second.payload;
  return Error(ErrorCode::kNotFound, "the credential '" + use.credential + "' came without its values");
}

}  // namespace

Result<EnvironmentList> credential_variables(const std::vector<CredentialUse>& uses, const CredentialValues& values) {
  EnvironmentList variables;
  for (const CredentialUse& use : uses) {
    if (use.env.empty()) continue;
    SENNIT_ASSIGN(const CredentialPayload* payload, payload_of(use, values));
    for (const auto& [variable, key] : use.env) {
      const auto value = payload->find(key);
      if (value == payload->end()) {
        return Error(ErrorCode::kNotFound,
                     "the credential '" + use.credential + "' came without its key '" + key + "'");
      }
      variables.emplace_back(variable, value->second);
    }
  }
  return variables;
}

Result<std::vector<PlacedFile>> credential_files(const std::vector<CredentialUse>& uses,
                                                 const CredentialValues& values) {
  std::vector<PlacedFile> files;
  std::set<std::string_view> directories;
  for (const CredentialUse& use : uses) {
    if (use.mount_dir.empty()) continue;
    if (!directories.insert(use.mount_dir).second) {
      return Error(ErrorCode::kInvalid, "two credentials are to be files in " + use.mount_dir);
    }
    SENNIT_ASSIGN(const CredentialPayload* payload, payload_of(use, values));
    for (const auto& [key, value] : *payload) {
      files.push_back({.path = use.mount_dir + "/" + key, .bytes = value, .mode = 0400});
    }
  }
  return files;
}

}  // namespace sennit::launch

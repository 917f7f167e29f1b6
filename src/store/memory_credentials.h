// Credentials in memory, for the store in memory: as clear as the rest of it.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "store/credential_store.h"

namespace sennit::store {

using CredentialRows = std::map<std::pair<std::string, std::string>, Credential>;  // by user and name

class MemoryCredentials final : public CredentialStore {
 public:
  // `rows` must outlive it.
  explicit MemoryCredentials(CredentialRows& rows) : rows_(rows) {}

  Result<std::vector<std::string>> set(std::string_view user, const Credential& credential) override;
  Result<void> remove(std::string_view user, std::string_view name) override;
  Result<std::vector<Credential>> all(std::string_view user) override;
  Result<std::optional<Credential>> find(std::string_view user, std::string_view name) override;
  Result<std::optional<Credential>> find_for(std::string_view user, std::string_view profile) override;

 private:
  CredentialRows& rows_;
};

}  // namespace sennit::store

// What users keep for their tasks. One user has one credential of a name, and one for a profile (a registry, a bucket);
// setting either again replaces what was there. On a server that serves one user that one is "".
//
// Part of the Store: one implementation in the database, with payloads sealed, and one in memory. Threads, ownership
// and errors as there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/credential.h"

namespace sennit::store {

class CredentialStore {
 public:
  virtual ~CredentialStore() = default;

  // A transaction of its own. Returns the names of what it replaces, in order: the same one, another one for the same
  // profile.
  virtual Result<std::vector<std::string>> set(std::string_view user, const Credential& credential) = 0;
  // kNotFound.
  virtual Result<void> remove(std::string_view user, std::string_view name) = 0;

  // By name.
  virtual Result<std::vector<Credential>> all(std::string_view user) = 0;
  virtual Result<std::optional<Credential>> find(std::string_view user, std::string_view name) = 0;
  // `profile` is not "".
  virtual Result<std::optional<Credential>> find_for(std::string_view user, std::string_view profile) = 0;
};

}  // namespace sennit::store

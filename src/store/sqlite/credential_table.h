// The table of credentials: names and profiles in clear, payloads sealed.
//
// Threads: the store's. Errors: those of Db; kCorrupt when a payload does not open with the key.
#pragma once

#include <string>
#include <vector>

#include "store/credential_store.h"
#include "store/secret_key.h"
#include "store/sqlite/db.h"

namespace sennit::store {

class CredentialTable final : public CredentialStore {
 public:
  // `db` must outlive it.
  static Result<CredentialTable> open(Db& db, const SecretKey& key);

  Result<std::vector<std::string>> set(std::string_view user, const Credential& credential) override;
  Result<void> remove(std::string_view user, std::string_view name) override;
  Result<std::vector<Credential>> all(std::string_view user) override;
  Result<std::optional<Credential>> find(std::string_view user, std::string_view name) override;
  Result<std::optional<Credential>> find_for(std::string_view user, std::string_view profile) override;

 private:
  CredentialTable(Db& db, const SecretKey& key) : db_(&db), key_(key) {}
  Result<Credential> read(std::string_view user, const Stmt& row) const;
  Result<std::optional<Credential>> read_one(std::string_view user, Stmt& select, std::string_view by);

  Db* db_;  // never null
  SecretKey key_;
  Stmt insert_;
  Stmt remove_replaced_;
  Stmt remove_;
  Stmt all_;
  Stmt find_;
  Stmt find_for_;
};

}  // namespace sennit::store

// The tables of what is large: a workflow's sealed texts, and its last snapshot.
//
// Threads: the store's. Errors: those of Db; kCorrupt when a value does not open with the key.
#pragma once

#include <string>

#include "store/secret_key.h"
#include "store/sqlite/db.h"
#include "store/store.h"

namespace sennit::store {

class TextTable {
 public:
  static Result<TextTable> open(Db& db, const SecretKey& key);

  Result<void> insert(const NewWorkflow& workflow);
  Result<void> save_snapshot(WorkflowKey key, Seq seq, std::string_view bytes);
  // Only what a running workflow needs: spec and context.
  Result<void> load_live(WorkflowKey key, std::string& spec, std::string& context);
  Result<void> load_all(WorkflowKey key, StoredWorkflow& into);
  // Leaves `bytes` and `seq` as they are if there is none.
  Result<void> load_snapshot(WorkflowKey key, std::string& bytes, Seq& seq);
  Result<void> remove(WorkflowKey key);

 private:
  explicit TextTable(const SecretKey& key) : key_(key) {}

  SecretKey key_;
  Stmt insert_;
  Stmt save_snapshot_;
  Stmt load_live_;
  Stmt load_all_;
  Stmt load_snapshot_;
  Stmt remove_;
  Stmt remove_snapshot_;
};

}  // namespace sennit::store

// What retention asks of the tables: what stands where, who reads whose outputs, and what is marked for removal.
//
// Threads: the store's. Errors: those of Db.
#pragma once

#include <string>
#include <vector>

#include "store/sqlite/db.h"
#include "store/store.h"

namespace sennit::store {

class KeepingTable {
 public:
  static Result<KeepingTable> open(Db& db);

  Result<std::vector<Keeping>> all();
  Result<std::vector<std::string>> borrowers(WorkflowKey key);
  Result<void> set_size(const MeasuredSize& size);
  Result<void> pin(WorkflowKey key, Pin pin);
  Result<void> condemn(WorkflowKey key);
  Result<bool> is_condemned(WorkflowKey key);

 private:
  Stmt all_;
  Stmt loans_;
  Stmt borrowers_;
  Stmt set_size_;
  Stmt pin_;
  Stmt condemn_;
  Stmt is_condemned_;
};

}  // namespace sennit::store

// The table of deliveries.
//
// Threads: the store's. Errors: those of Db.
#pragma once

#include "store/outbox.h"
#include "store/sqlite/db.h"

namespace sennit::store {

class OutboxTable final : public Outbox {
 public:
  // `db` must outlive it.
  static Result<OutboxTable> open(Db& db);

  // Within the caller's transaction.
  Result<void> add(WorkflowKey workflow, std::uint64_t seq, std::string_view hook, Instant at);

  Result<std::vector<Delivery>> waiting(std::uint64_t after) override;
  Result<std::vector<Delivery>> latest(std::size_t limit, std::optional<WorkflowKey> workflow) override;
  Result<void> update(const Delivery& delivery, std::size_t kept) override;

 private:
  explicit OutboxTable(Db& db) : db_(&db) {}
  Result<std::vector<Delivery>> read(Stmt& select);

  Db* db_;  // never null
  Stmt insert_;
  Stmt waiting_;
  Stmt latest_;
  Stmt latest_of_;
  Stmt update_;
  Stmt forget_;
};

}  // namespace sennit::store

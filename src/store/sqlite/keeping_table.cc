#include "store/sqlite/keeping_table.h"

#include <unordered_map>

namespace sennit::store {
namespace {

std::int64_t number_of(WorkflowKey key) { return static_cast<std::int64_t>(key.value()); }

WorkflowKey key_of(std::int64_t number) { return WorkflowKey(static_cast<std::uint64_t>(number)); }

}  // namespace

Result<KeepingTable> KeepingTable::open(Db& db) {
  KeepingTable table;
  SENNIT_ASSIGN(table.all_, db.prepare("SELECT key, id, ended_us, finished, pinned, condemned, bytes FROM workflow "
                                       "ORDER BY finished, ended_us, key"));
  SENNIT_ASSIGN(table.loans_, db.prepare("SELECT borrower, workflow.key FROM loan JOIN workflow ON id = lender "
                                         "ORDER BY borrower, workflow.key"));
  SENNIT_ASSIGN(
      table.borrowers_,
      db.prepare("SELECT id FROM loan JOIN workflow ON key = borrower WHERE lender = (SELECT id FROM workflow "
                 "WHERE key = ?1) AND condemned = 0 ORDER BY key"));
  SENNIT_ASSIGN(table.set_size_, db.prepare("UPDATE workflow SET bytes = ?2 WHERE key = ?1 AND finished = 1"));
  SENNIT_ASSIGN(table.pin_, db.prepare("UPDATE workflow SET pinned = ?2 WHERE key = ?1"));
  SENNIT_ASSIGN(table.condemn_, db.prepare("UPDATE workflow SET condemned = 1 WHERE key = ?1"));
  SENNIT_ASSIGN(table.is_condemned_, db.prepare("SELECT condemned FROM workflow WHERE key = ?1"));
  return table;
}

Result<std::vector<Keeping>> KeepingTable::all() {
  std::vector<Keeping> found;
  std::unordered_map<WorkflowKey, std::uint32_t> places;
  const StmtScope rows(all_);
  while (true) {
    SENNIT_ASSIGN(const bool more, all_.step());
    if (!more) break;
    Keeping& one = found.emplace_back();
    one.key = key_of(all_.integer(0));
    one.id = all_.text(1);
    one.ended_at = Instant::from_unix_us(all_.integer(2));
    one.finished = all_.integer(3) != 0;
    one.pinned = all_.integer(4) != 0;
    one.condemned = all_.integer(5) != 0;
    const std::int64_t bytes = all_.integer(6);
    if (bytes >= 0) one.bytes = static_cast<std::uint64_t>(bytes);
    places[one.key] = static_cast<std::uint32_t>(found.size() - 1);
  }
  const StmtScope loans(loans_);
  while (true) {
    SENNIT_ASSIGN(const bool more, loans_.step());
    if (!more) return found;
    const auto borrower = places.find(key_of(loans_.integer(0)));
    const auto lender = places.find(key_of(loans_.integer(1)));
    if (borrower == places.end() || lender == places.end()) continue;
    found[borrower->second].lenders.push_back(lender->second);
  }
}

Result<std::vector<std::string>> KeepingTable::borrowers(WorkflowKey key) {
  std::vector<std::string> ids;
  const StmtScope scope(borrowers_);
  borrowers_.bind(number_of(key));
  while (true) {
    SENNIT_ASSIGN(const bool more, borrowers_.step());
    if (!more) return ids;
    ids.push_back(borrowers_.text(0));
  }
}

Result<void> KeepingTable::set_size(const MeasuredSize& size) {
  return set_size_.bind(number_of(size.key)).bind(static_cast<std::int64_t>(size.bytes)).run();
}

Result<void> KeepingTable::pin(WorkflowKey key, Pin pin) {
  return pin_.bind(number_of(key)).bind(pin == Pin::kOn ? 1 : 0).run();
}

Result<void> KeepingTable::condemn(WorkflowKey key) { return condemn_.bind(number_of(key)).run(); }

Result<bool> KeepingTable::is_condemned(WorkflowKey key) {
  const StmtScope scope(is_condemned_);
  SENNIT_ASSIGN(const bool found, is_condemned_.bind(number_of(key)).step());
  return found && is_condemned_.integer(0) != 0;
}

}  // namespace sennit::store

#include "store/sqlite/outbox_table.h"

#include <fmt/format.h>

namespace sennit::store {
namespace {

std::int64_t number_of(WorkflowKey key) { return static_cast<std::int64_t>(key.value()); }

// With the workflow's id, as long as it is there.
constexpr std::string_view kColumns =
    "SELECT delivery.id, workflow_key, seq, hook, state, tries, made_us, due_us, delivery.ended_us, message, "
    "coalesce(workflow.id, '') FROM delivery LEFT JOIN workflow ON workflow.key = workflow_key ";

}  // namespace

Result<OutboxTable> OutboxTable::open(Db& db) {
  OutboxTable table(db);
  SENNIT_ASSIGN(table.insert_,
                db.prepare("INSERT INTO delivery (workflow_key, seq, hook, state, tries, made_us, due_us, ended_us, "
                           "message) VALUES (?1, ?2, ?3, 0, 0, ?4, ?4, 0, '')"));
  SENNIT_ASSIGN(table.waiting_,
                db.prepare(fmt::format("{}WHERE state = 0 AND delivery.id > ?1 ORDER BY delivery.id", kColumns)));
  SENNIT_ASSIGN(table.latest_, db.prepare(fmt::format("{}ORDER BY delivery.id DESC LIMIT ?1", kColumns)));
  SENNIT_ASSIGN(table.latest_of_,
                db.prepare(fmt::format("{}WHERE workflow_key = ?2 ORDER BY delivery.id DESC LIMIT ?1", kColumns)));
  SENNIT_ASSIGN(table.update_, db.prepare("UPDATE delivery SET state = ?2, tries = ?3, due_us = ?4, ended_us = ?5, "
                                          "message = ?6 WHERE id = ?1"));
  SENNIT_ASSIGN(table.forget_,
                db.prepare("DELETE FROM delivery WHERE state <> 0 AND id <= (SELECT id FROM delivery WHERE state <> 0 "
                           "ORDER BY id DESC LIMIT 1 OFFSET ?1)"));
  return table;
}

Result<void> OutboxTable::add(WorkflowKey workflow, std::uint64_t seq, std::string_view hook, Instant at) {
  insert_.bind(number_of(workflow)).bind(static_cast<std::int64_t>(seq)).bind_text(hook);
  return insert_.bind(at.unix_us()).run();
}

Result<std::vector<Delivery>> OutboxTable::read(Stmt& select) {
  std::vector<Delivery> found;
  const StmtScope scope(select);
  while (true) {
    SENNIT_ASSIGN(const bool more, select.step());
    if (!more) return found;
    Delivery& one = found.emplace_back();
    one.id = static_cast<std::uint64_t>(select.integer(0));
    one.workflow = WorkflowKey(static_cast<std::uint64_t>(select.integer(1)));
    one.seq = static_cast<std::uint64_t>(select.integer(2));
    one.hook = select.text(3);
    one.state = static_cast<DeliveryState>(select.integer(4));
    one.tries = static_cast<std::uint32_t>(select.integer(5));
    one.made_at = Instant::from_unix_us(select.integer(6));
    one.due_at = Instant::from_unix_us(select.integer(7));
    one.ended_at = Instant::from_unix_us(select.integer(8));
    one.message = select.text(9);
    one.workflow_id = select.text(10);
  }
}

Result<std::vector<Delivery>> OutboxTable::waiting(std::uint64_t after) {
  waiting_.bind(static_cast<std::int64_t>(after));
  return read(waiting_);
}

Result<std::vector<Delivery>> OutboxTable::latest(std::size_t limit, std::optional<WorkflowKey> workflow) {
  Stmt& select = workflow ? latest_of_ : latest_;
  select.bind(static_cast<std::int64_t>(limit));
  if (workflow) select.bind(number_of(*workflow));
  return read(select);
}

Result<void> OutboxTable::update(const Delivery& delivery, std::size_t kept) {
  SENNIT_ASSIGN(Tx tx, Tx::begin(*db_));
  update_.bind(static_cast<std::int64_t>(delivery.id)).bind(static_cast<std::int64_t>(delivery.state));
  update_.bind(delivery.tries).bind(delivery.due_at.unix_us()).bind(delivery.ended_at.unix_us());
  SENNIT_TRY(update_.bind_text(delivery.message).run());
  if (delivery.state != DeliveryState::kWaiting) {
    SENNIT_TRY(forget_.bind(static_cast<std::int64_t>(kept)).run());
  }
  return tx.commit();
}

}  // namespace sennit::store

#include "store/sqlite/workflow_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/reference.h"
#include "store/sqlite/list_query.h"

namespace sennit::store {
namespace {

std::int64_t number_of(WorkflowKey key) { return static_cast<std::int64_t>(key.value()); }

template <class Enum>
std::int64_t number_of_enum(Enum value) {
  return static_cast<std::int64_t>(value);
}

// The end of the range of texts that begin with `prefix`: bytes of ids are ASCII, so nothing sorts after 0xff.
std::string past(std::string_view prefix) { return std::string(prefix) + "\xff"; }

std::vector<std::string> ids_of(const std::vector<WorkflowRow>& rows) {
  std::vector<std::string> ids;
  ids.reserve(rows.size());
  for (const WorkflowRow& row : rows) ids.push_back(row.submission.id);
  return ids;
}

std::string select(std::string_view rest) { return fmt::format("SELECT {} FROM workflow {}", kRowColumns, rest); }

}  // namespace

Result<WorkflowTable> WorkflowTable::open(Db& db) {
  WorkflowTable table(db);
  SENNIT_ASSIGN(table.insert_, db.prepare(fmt::format(
                                   "INSERT INTO workflow ({}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                                   "0, 0, 0, 0, 0, -1)",
                                   kRowColumns)));
  SENNIT_ASSIGN(table.insert_label_,
                db.prepare("INSERT INTO workflow_label (workflow_key, name, value) VALUES (?1, ?2, ?3)"));
  SENNIT_ASSIGN(table.move_, db.prepare("UPDATE workflow SET status = ?2, started_us = CASE WHEN started_us = 0 AND "
                                        "?2 = 1 THEN ?3 ELSE started_us END WHERE key = ?1"));
  SENNIT_ASSIGN(table.finish_,
                db.prepare("UPDATE workflow SET status = ?2, ended_us = ?3, finished = 1, bytes = -1 WHERE key = ?1"));
  SENNIT_ASSIGN(table.reopen_,
                db.prepare("UPDATE workflow SET status = ?2, started_us = 0, ended_us = 0, finished = 0, "
                           "bytes = -1, reopened_us = ?3 WHERE key = ?1 AND finished = 1"));
  SENNIT_ASSIGN(table.insert_loan_, db.prepare("INSERT OR IGNORE INTO loan (lender, borrower) VALUES (?1, ?2)"));
  SENNIT_ASSIGN(table.remove_loans_, db.prepare("DELETE FROM loan WHERE borrower = ?1"));
  SENNIT_ASSIGN(table.remove_, db.prepare("DELETE FROM workflow WHERE key = ?1"));
  SENNIT_ASSIGN(table.remove_labels_, db.prepare("DELETE FROM workflow_label WHERE workflow_key = ?1"));
  SENNIT_ASSIGN(table.row_, db.prepare(select("WHERE key = ?1")));
  SENNIT_ASSIGN(table.labels_,
                db.prepare("SELECT name, value FROM workflow_label WHERE workflow_key = ?1 ORDER BY name"));
  SENNIT_ASSIGN(table.tags_, db.prepare("SELECT tag FROM workflow_tag WHERE workflow_key = ?1 ORDER BY tag"));
  SENNIT_ASSIGN(table.add_tag_, db.prepare("INSERT OR IGNORE INTO workflow_tag (workflow_key, tag) VALUES (?1, ?2)"));
  SENNIT_ASSIGN(table.remove_tag_, db.prepare("DELETE FROM workflow_tag WHERE workflow_key = ?1 AND tag = ?2"));
  SENNIT_ASSIGN(table.remove_tags_, db.prepare("DELETE FROM workflow_tag WHERE workflow_key = ?1"));
  SENNIT_ASSIGN(table.all_tags_, db.prepare("SELECT DISTINCT tag FROM workflow_tag ORDER BY tag"));
  SENNIT_ASSIGN(table.live_, db.prepare(select("WHERE finished = 0 ORDER BY key")));
  SENNIT_ASSIGN(table.unmeasured_,
                db.prepare(select("WHERE finished = 1 AND condemned = 0 AND bytes = -1 ORDER BY key LIMIT ?1")));
  SENNIT_ASSIGN(table.condemned_, db.prepare(select("WHERE condemned = 1 ORDER BY key")));
  SENNIT_ASSIGN(table.exact_, db.prepare(select("WHERE id = ?1 OR uuid = ?1")));
  SENNIT_ASSIGN(table.newest_, db.prepare(select("ORDER BY key DESC LIMIT 1")));
  SENNIT_ASSIGN(table.prefix_, db.prepare(select("WHERE (id >= ?1 AND id < ?2) OR (length(?1) >= ?3 AND uuid >= ?1 AND "
                                                 "uuid < ?2) ORDER BY key DESC LIMIT ?4")));
  return table;
}

Result<void> WorkflowTable::insert(const NewWorkflow& workflow) {
  const Submission& from = workflow.submission;
  insert_.bind(number_of(workflow.key)).bind_text(from.id).bind_text(from.uuid).bind(workflow.n);
  insert_.bind_text(workflow.name).bind_text(from.user).bind_text(from.pool).bind(number_of_enum(from.priority));
  insert_.bind_text(from.parent_id).bind(from.submitted_at.unix_us());
  insert_.bind(number_of_enum(WorkflowStatus::kPending));
  SENNIT_TRY(insert_.run());
  for (const auto& [name, value] : workflow.labels) {
    SENNIT_TRY(insert_label_.bind(number_of(workflow.key)).bind_text(name).bind_text(value).run());
  }
  for (const std::string& lender : workflow.lenders) {
    SENNIT_TRY(insert_loan_.bind_text(lender).bind(number_of(workflow.key)).run());
  }
  return {};
}

Result<void> WorkflowTable::move(WorkflowKey key, WorkflowStatus status, Instant at) {
  static_assert(static_cast<int>(WorkflowStatus::kRunning) == 1, "as the statement says");
  return move_.bind(number_of(key)).bind(number_of_enum(status)).bind(at.unix_us()).run();
}

Result<void> WorkflowTable::finish(const Finished& finished) {
  SENNIT_TRY(finish_.bind(number_of(finished.key))
                 .bind(number_of_enum(finished.status))
                 .bind(finished.ended_at.unix_us())
                 .run());
  if (db_->changes() == 1) return {};
  return Error(ErrorCode::kInvalid, fmt::format("there is no workflow {} to finish", finished.key.value()));
}

Result<void> WorkflowTable::reopen(const Reopening& reopening) {
  SENNIT_TRY(reopen_.bind(number_of(reopening.key))
                 .bind(number_of_enum(WorkflowStatus::kPending))
                 .bind(reopening.at.unix_us())
                 .run());
  if (db_->changes() == 1) return {};
  SENNIT_ASSIGN(const std::optional<WorkflowRow> there, row(reopening.key));
  if (there) return Error(ErrorCode::kConflict, fmt::format("workflow {} is not finished", there->submission.id));
  return Error(ErrorCode::kInvalid, fmt::format("there is no workflow {} to reopen", reopening.key.value()));
}

Result<void> WorkflowTable::remove(WorkflowKey key) {
  SENNIT_TRY(remove_loans_.bind(number_of(key)).run());
  SENNIT_TRY(remove_labels_.bind(number_of(key)).run());
  SENNIT_TRY(remove_tags_.bind(number_of(key)).run());
  return remove_.bind(number_of(key)).run();
}

Result<LabelList> WorkflowTable::labels_of(WorkflowKey key) {
  LabelList labels;
  const StmtScope scope(labels_);
  labels_.bind(number_of(key));
  while (true) {
    SENNIT_ASSIGN(const bool found, labels_.step());
    if (!found) return labels;
    labels.emplace_back(labels_.text(0), labels_.text(1));
  }
}

Result<std::vector<std::string>> WorkflowTable::read_texts(Stmt& stmt) {
  std::vector<std::string> texts;
  const StmtScope scope(stmt);
  while (true) {
    SENNIT_ASSIGN(const bool found, stmt.step());
    if (!found) return texts;
    texts.emplace_back(stmt.text(0));
  }
}

Result<std::vector<std::string>> WorkflowTable::tags_of(WorkflowKey key) {
  return read_texts(tags_.bind(number_of(key)));
}

Result<std::vector<std::string>> WorkflowTable::all_tags() { return read_texts(all_tags_); }

Result<void> WorkflowTable::change_tags(WorkflowKey key, const TagChange& change) {
  for (const std::string& tag : change.remove) SENNIT_TRY(remove_tag_.bind(number_of(key)).bind_text(tag).run());
  for (const std::string& tag : change.add) SENNIT_TRY(add_tag_.bind(number_of(key)).bind_text(tag).run());
  return {};
}

Result<WorkflowRow> WorkflowTable::read_row(const Stmt& stmt) {
  WorkflowRow row;
  row.key = WorkflowKey(static_cast<std::uint64_t>(stmt.integer(0)));
  row.submission.id = stmt.text(1);
  row.submission.uuid = stmt.text(2);
  row.n = static_cast<std::uint32_t>(stmt.integer(3));
  row.name = stmt.text(4);
  row.submission.user = stmt.text(5);
  row.submission.pool = stmt.text(6);
  const std::int64_t priority = stmt.integer(7);
  row.submission.parent_id = stmt.text(8);
  row.submission.submitted_at = Instant::from_unix_us(stmt.integer(9));
  const std::int64_t status = stmt.integer(10);
  row.started_at = Instant::from_unix_us(stmt.integer(11));
  row.ended_at = Instant::from_unix_us(stmt.integer(12));
  row.finished = stmt.integer(13) != 0;
  row.reopened_at = Instant::from_unix_us(stmt.integer(14));
  row.pinned = stmt.integer(15) != 0;
  if (stmt.integer(16) >= 0) row.bytes = static_cast<std::uint64_t>(stmt.integer(16));
  const bool sensible =
      priority >= 0 && priority <= number_of_enum(Priority::kHigh) && status >= 0 && status < kWorkflowStatusCount;
  if (!sensible) {
    return Error(ErrorCode::kCorrupt,
                 fmt::format("the row of workflow {} has an unknown status or priority", row.key.value()));
  }
  row.submission.priority = static_cast<Priority>(priority);
  row.status = static_cast<WorkflowStatus>(status);
  SENNIT_ASSIGN(row.labels, labels_of(row.key));
  SENNIT_ASSIGN(row.tags, tags_of(row.key));
  return row;
}

Result<std::vector<WorkflowRow>> WorkflowTable::read_rows(Stmt& stmt) {
  std::vector<WorkflowRow> rows;
  const StmtScope scope(stmt);
  while (true) {
    SENNIT_ASSIGN(const bool found, stmt.step());
    if (!found) return rows;
    SENNIT_ASSIGN(WorkflowRow row, read_row(stmt));
    rows.push_back(std::move(row));
  }
}

Result<std::optional<WorkflowRow>> WorkflowTable::row(WorkflowKey key) {
  const StmtScope scope(row_);
  SENNIT_ASSIGN(const bool found, row_.bind(number_of(key)).step());
  if (!found) return std::optional<WorkflowRow>();
  SENNIT_ASSIGN(WorkflowRow row, read_row(row_));
  return std::optional<WorkflowRow>(std::move(row));
}

Result<std::vector<WorkflowRow>> WorkflowTable::live() { return read_rows(live_); }

Result<std::vector<WorkflowRow>> WorkflowTable::unmeasured(std::size_t limit) {
  return read_rows(unmeasured_.bind(static_cast<std::int64_t>(limit)));
}

Result<std::vector<WorkflowRow>> WorkflowTable::condemned() { return read_rows(condemned_); }

Result<std::vector<WorkflowRow>> WorkflowTable::list(const ListFilter& filter) {
  ListQuery query(filter);
  SENNIT_ASSIGN(Stmt stmt, db_->prepare(query.sql()));
  query.bind_to(stmt);
  SENNIT_ASSIGN(std::vector<WorkflowRow> rows, read_rows(stmt));
  if (filter.order == ListOrder::kOldestFirst) std::reverse(rows.begin(), rows.end());
  return rows;
}

Result<std::vector<WorkflowRow>> WorkflowTable::matches(std::string_view reference) {
  if (reference == kLastReference) return read_rows(newest_);
  exact_.bind_text(reference);
  SENNIT_ASSIGN(std::vector<WorkflowRow> rows, read_rows(exact_));
  if (!rows.empty()) return rows;
  if (const auto key = key_of_reference(reference)) {
    SENNIT_ASSIGN(std::optional<WorkflowRow> found, row(WorkflowKey(*key)));
    if (found) return std::vector<WorkflowRow>{std::move(*found)};
  }
  if (reference.empty()) return rows;
  const std::string end = past(reference);
  prefix_.bind_text(reference).bind_text(end).bind(kMinUuidPrefix).bind(kMatchesShown);
  return read_rows(prefix_);
}

Result<WorkflowRow> WorkflowTable::find(std::string_view reference) {
  SENNIT_ASSIGN(std::vector<WorkflowRow> rows, matches(reference));
  if (rows.size() != 1) return no_single_match(reference, ids_of(rows));
  return std::move(rows.front());
}

}  // namespace sennit::store

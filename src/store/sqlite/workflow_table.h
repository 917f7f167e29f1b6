// The table of workflows: one row each, written at submission, at a change of the workflow's status, and at its end.
//
// Threads: the store's. Errors: those of Db; kCorrupt for a row that makes no sense.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/sqlite/db.h"
#include "store/store.h"

namespace sennit::store {

class WorkflowTable {
 public:
  static Result<WorkflowTable> open(Db& db);

  // kConflict if its key, id or uuid is there already.
  Result<void> insert(const NewWorkflow& workflow);
  // Sets the status, and the start if this is the first RUNNING.
  Result<void> move(WorkflowKey key, WorkflowStatus status, Instant at);
  // kInvalid if there is no such workflow.
  Result<void> finish(const Finished& finished);
  // Finished to live. kInvalid if there is no such workflow, kConflict if it is unfinished.
  Result<void> reopen(const Reopening& reopening);
  Result<void> remove(WorkflowKey key);
  Result<void> change_tags(WorkflowKey key, const TagChange& change);
  Result<std::vector<std::string>> tags_of(WorkflowKey key);
  Result<std::vector<std::string>> all_tags();

  Result<std::optional<WorkflowRow>> row(WorkflowKey key);
  Result<std::vector<WorkflowRow>> live();
  Result<std::vector<WorkflowRow>> unmeasured(std::size_t limit);
  Result<std::vector<WorkflowRow>> condemned();
  Result<std::vector<WorkflowRow>> list(const ListFilter& filter);
  Result<WorkflowRow> find(std::string_view reference);

 private:
  explicit WorkflowTable(Db& db) : db_(&db) {}
  Result<WorkflowRow> read_row(const Stmt& stmt);
  Result<std::vector<WorkflowRow>> read_rows(Stmt& stmt);
  Result<LabelList> labels_of(WorkflowKey key);
  static Result<std::vector<std::string>> read_texts(Stmt& stmt);
  Result<std::vector<WorkflowRow>> matches(std::string_view reference);

  Db* db_;  // never null
  Stmt insert_;
  Stmt insert_label_;
  Stmt move_;
  Stmt finish_;
  Stmt reopen_;
  Stmt insert_loan_;
  Stmt remove_;
  Stmt remove_labels_;
  Stmt remove_loans_;
  Stmt row_;
  Stmt labels_;
  Stmt tags_;
  Stmt add_tag_;
  Stmt remove_tag_;
  Stmt remove_tags_;
  Stmt all_tags_;
  Stmt live_;
  Stmt unmeasured_;
  Stmt condemned_;
  Stmt exact_;
  Stmt newest_;
  Stmt prefix_;
};

}  // namespace sennit::store

#include "store/sqlite/text_table.h"

#include <fmt/format.h>

namespace sennit::store {
namespace {

// A sealed value opens only for the workflow and column that it was sealed for.
std::string place_of(WorkflowKey key, const char* column) { return fmt::format("{} of {}", column, key.value()); }

Error missing(WorkflowKey key) {
  return {ErrorCode::kCorrupt, fmt::format("the texts of workflow {} are missing", key.value())};
}

Result<std::string> open_column(const SecretKey& secret, const Stmt& row, int index, WorkflowKey key,
                                const char* name) {
  Result<std::string> text = secret.open(row.bytes(index), place_of(key, name));
  if (!text) return std::move(text).error().in(place_of(key, name));
  return text;
}

}  // namespace

Result<TextTable> TextTable::open(Db& db, const SecretKey& key) {
  TextTable table(key);
  SENNIT_ASSIGN(table.insert_, db.prepare("INSERT INTO workflow_text (key, spec, context, source, rendered, request) "
                                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"));
  SENNIT_ASSIGN(table.save_snapshot_, db.prepare("INSERT INTO snapshot (key, seq, bytes) VALUES (?1, ?2, ?3) "
                                                 "ON CONFLICT (key) DO UPDATE SET seq = ?2, bytes = ?3"));
  SENNIT_ASSIGN(table.load_live_, db.prepare("SELECT spec, context FROM workflow_text WHERE key = ?1"));
  SENNIT_ASSIGN(table.load_all_,
                db.prepare("SELECT spec, context, source, rendered, request FROM workflow_text WHERE key = ?1"));
  SENNIT_ASSIGN(table.load_snapshot_, db.prepare("SELECT bytes, seq FROM snapshot WHERE key = ?1"));
  SENNIT_ASSIGN(table.remove_, db.prepare("DELETE FROM workflow_text WHERE key = ?1"));
  SENNIT_ASSIGN(table.remove_snapshot_, db.prepare("DELETE FROM snapshot WHERE key = ?1"));
  return table;
}

Result<void> TextTable::insert(const NewWorkflow& workflow) {
  const WorkflowKey key = workflow.key;
  const std::string spec = key_.seal(workflow.spec, place_of(key, "spec"));
  const std::string context = key_.seal(workflow.context, place_of(key, "context"));
  const std::string source = key_.seal(workflow.source_text, place_of(key, "source"));
  const std::string rendered = key_.seal(workflow.rendered, place_of(key, "rendered"));
  insert_.bind(static_cast<std::int64_t>(key.value())).bind_blob(spec).bind_blob(context);
  const std::string request = key_.seal(workflow.request, place_of(key, "request"));
  return insert_.bind_blob(source).bind_blob(rendered).bind_blob(request).run();
}

Result<void> TextTable::save_snapshot(WorkflowKey key, Seq seq, std::string_view bytes) {
  save_snapshot_.bind(static_cast<std::int64_t>(key.value())).bind(static_cast<std::int64_t>(seq));
  return save_snapshot_.bind_blob(bytes).run();
}

Result<void> TextTable::load_live(WorkflowKey key, std::string& spec, std::string& context) {
  const StmtScope scope(load_live_);
  SENNIT_ASSIGN(const bool found, load_live_.bind(static_cast<std::int64_t>(key.value())).step());
  if (!found) return missing(key);
  SENNIT_ASSIGN(spec, open_column(key_, load_live_, 0, key, "spec"));
  SENNIT_ASSIGN(context, open_column(key_, load_live_, 1, key, "context"));
  return {};
}

Result<void> TextTable::load_all(WorkflowKey key, StoredWorkflow& into) {
  const StmtScope scope(load_all_);
  SENNIT_ASSIGN(const bool found, load_all_.bind(static_cast<std::int64_t>(key.value())).step());
  if (!found) return missing(key);
  SENNIT_ASSIGN(into.spec, open_column(key_, load_all_, 0, key, "spec"));
  SENNIT_ASSIGN(into.context, open_column(key_, load_all_, 1, key, "context"));
  SENNIT_ASSIGN(into.source_text, open_column(key_, load_all_, 2, key, "source"));
  SENNIT_ASSIGN(into.rendered, open_column(key_, load_all_, 3, key, "rendered"));
  SENNIT_ASSIGN(into.request, open_column(key_, load_all_, 4, key, "request"));
  if (into.rendered.empty()) into.rendered = into.source_text;
  return {};
}

Result<void> TextTable::load_snapshot(WorkflowKey key, std::string& bytes, Seq& seq) {
  const StmtScope scope(load_snapshot_);
  SENNIT_ASSIGN(const bool found, load_snapshot_.bind(static_cast<std::int64_t>(key.value())).step());
  if (!found) return {};
  bytes = load_snapshot_.text(0);
  seq = static_cast<Seq>(load_snapshot_.integer(1));
  return {};
}

Result<void> TextTable::remove(WorkflowKey key) {
  SENNIT_TRY(remove_.bind(static_cast<std::int64_t>(key.value())).run());
  return remove_snapshot_.bind(static_cast<std::int64_t>(key.value())).run();
}

}  // namespace sennit::store

// Part of fields.h.
#pragma once

#include "views/submission_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<DiagnosticView> View>
void visit_fields(Visit& visit, View& view) {
  visit("code", view.code);
  visit("severity", view.severity);
  visit("file", view.file);
  visit("line", view.line);
  visit("column", view.column);
  visit("length", view.length);
  visit("end_line", view.end_line);
  visit("end_column", view.end_column);
  visit("source_line", view.source_line);
  visit("message", view.message);
  visit("expected", view.expected);
  visit("suggestion", view.suggestion);
  visit("hint", view.hint);
}

template <class Visit, ViewOf<ErrorView> View>
void visit_fields(Visit& visit, View& view) {
  visit("code", view.code);
  visit("message", view.message);
  visit("diagnostics", view.diagnostics);
  visit("more_diagnostics", view.more_diagnostics);
}

template <class Visit, ViewOf<SubmitRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("file", view.file);
  visit("text", view.text);
  visit("file_directory", view.file_directory);
  visit("files", view.files);
  visit("set", view.set);
  visit("set_string", view.set_string);
  visit("set_env", view.set_env);
  visit("environment", view.environment);
  visit("directory", view.directory);
  visit("gpus", view.gpus);
  visit("max_parallel", view.max_parallel);
  visit("pool", view.pool);
  visit("priority", view.priority);
  visit("labels", view.labels);
  visit("runtime", view.runtime);
  visit("requeue", view.requeue);
  visit("user", view.user);
  visit("config", view.config);
}

template <class Visit, ViewOf<SubmitReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("uuid", view.uuid);
  visit("outputs", view.outputs);
  visit("warnings", view.warnings);
  visit("notices", view.notices);
  visit("diagnostics", view.diagnostics);
  visit("tasks", view.tasks);
  visit("last_event", view.last_event);
  visit("parent_name", view.parent_name);
  visit("cost", view.cost);
  visit("expected_end_time", view.expected_end_time);
  visit("tui", view.tui);
}

template <class Visit, ViewOf<RerunRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("from", view.from);
  visit("only", view.only);
  visit("set", view.set);
  visit("set_string", view.set_string);
  visit("set_env", view.set_env);
  visit("labels", view.labels);
  visit("dry_run", view.dry_run);
  visit("pool", view.pool);
  visit("priority", view.priority);
  visit("user", view.user);
}

template <class Visit, ViewOf<BorrowedView> View>
void visit_fields(Visit& visit, View& view) {
  visit("source", view.source);
  visit("path", view.path);
}

template <class Visit, ViewOf<RerunPlan> View>
void visit_fields(Visit& visit, View& view) {
  visit("parent_name", view.parent_name);
  visit("pool", view.pool);
  visit("priority", view.priority);
  visit("tasks", view.tasks);
  visit("of", view.of);
  visit("borrowed", view.borrowed);
  visit("diagnostics", view.diagnostics);
}

template <class Visit, ViewOf<HourlyCostView> View>
void visit_fields(Visit& visit, View& view) {
  visit("gpus", view.gpus);
  visit("per_hour", view.per_hour);
  visit("per_gpu_hour", view.per_gpu_hour);
}

template <class Visit, ViewOf<ValidationView> View>
void visit_fields(Visit& visit, View& view) {
  visit("valid", view.valid);
  visit("name", view.name);
  visit("format", view.format);
  visit("tasks", view.tasks);
  visit("groups", view.groups);
  visit("diagnostics", view.diagnostics);
  visit("cost", view.cost);
}

}  // namespace sennit::views

// The fields of every view with their JSON names, listed once: the writer and the reader both walk this list, so they
// cannot drift apart. Internal to the room.
#pragma once

#include <concepts>
#include <type_traits>

#include "views/views.h"

namespace sennit::views {

// `View` is the struct, const for the writer.
template <class View, class Struct>
concept ViewOf = std::same_as<std::remove_const_t<View>, Struct>;

template <class Visit, ViewOf<UsageView> View>
void visit_fields(Visit& visit, View& view) {
  visit("max_memory", view.max_memory);
  visit("cpu_seconds", view.cpu_seconds);
}

template <class Visit, ViewOf<WhyView> View>
void visit_fields(Visit& visit, View& view) {
  visit("subject", view.subject);
  visit("status", view.status);
  visit("cause", view.cause);
  visit("headline", view.headline);
  visit("details", view.details);
  visit("hint", view.hint);
  visit("log_task", view.log_task);
  visit("log_retry_id", view.log_retry_id);
  visit("log_lines", view.log_lines);
  visit("expected_start_time", view.expected_start_time);
  visit("expected_end_time", view.expected_end_time);
}

template <class Visit, ViewOf<CostView> View>
void visit_fields(Visit& visit, View& view) {
  visit("per_gpu_hour", view.per_gpu_hour);
  visit("gpu_hours", view.gpu_hours);
  visit("actual", view.actual);
  visit("estimated_gpu_hours", view.estimated_gpu_hours);
  visit("estimated", view.estimated);
  visit("estimate_runs", view.estimate_runs);
}

template <class Visit, ViewOf<TaskView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("retry_id", view.retry_id);
  visit("status", view.status);
  visit("failure_message", view.failure_message);
  visit("exit_code", view.exit_code);
  visit("processing_start_time", view.processing_start_time);
  visit("scheduling_start_time", view.scheduling_start_time);
  visit("initializing_start_time", view.initializing_start_time);
  visit("start_time", view.start_time);
  visit("end_time", view.end_time);
  visit("input_download_start_time", view.input_download_start_time);
  visit("input_download_end_time", view.input_download_end_time);
  visit("output_upload_start_time", view.output_upload_start_time);
  visit("output_upload_end_time", view.output_upload_end_time);
  visit("expected_start_time", view.expected_start_time);
  visit("expected_end_time", view.expected_end_time);
  visit("task_uuid", view.task_uuid);
  visit("node_name", view.node_name);
  visit("lead", view.lead);
  visit("reason", view.reason);
  visit("gpus", view.gpus);
  visit("gpu_share", view.gpu_share);
  visit("gpu_memory", view.gpu_memory);
  visit("pid", view.pid);
  visit("log", view.log);
  visit("output_dir", view.output_dir);
  visit("usage", view.usage);
  visit("paused_at", view.paused_at);
  visit("paused_by", view.paused_by);
  visit("pause_message", view.pause_message);
  visit("why", view.why);
}

template <class Visit, ViewOf<GroupView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("status", view.status);
  visit("start_time", view.start_time);
  visit("end_time", view.end_time);
  visit("processing_start_time", view.processing_start_time);
  visit("scheduling_start_time", view.scheduling_start_time);
  visit("initializing_start_time", view.initializing_start_time);
  visit("remaining_upstream_groups", view.remaining_upstream_groups);
  visit("downstream_groups", view.downstream_groups);
  visit("failure_message", view.failure_message);
  visit("exec_timeout", view.exec_timeout);
  visit("queue_timeout", view.queue_timeout);
  visit("time_left", view.time_left);
  visit("tasks", view.tasks);
}

template <class Visit, ViewOf<TaskCounts> View>
void visit_fields(Visit& visit, View& view) {
  visit("total", view.total);
  visit("waiting", view.waiting);
  visit("running", view.running);
  visit("completed", view.completed);
  visit("failed", view.failed);
  visit("canceled", view.canceled);
}

template <class Visit, ViewOf<WorkflowView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("uuid", view.uuid);
  visit("submitted_by", view.submitted_by);
  visit("cancelled_by", view.cancelled_by);
  visit("parent_name", view.parent_name);
  visit("status", view.status);
  visit("submit_time", view.submit_time);
  visit("start_time", view.start_time);
  visit("end_time", view.end_time);
  visit("exec_timeout", view.exec_timeout);
  visit("queue_timeout", view.queue_timeout);
  visit("duration", view.duration);
  visit("queued_time", view.queued_time);
  visit("pool", view.pool);
  visit("backend", view.backend);
  visit("priority", view.priority);
  visit("labels", view.labels);
  visit("tags", view.tags);
  visit("warnings", view.warnings);
  visit("workflow_name", view.workflow_name);
  visit("format", view.format);
  visit("failure_message", view.failure_message);
  visit("outputs", view.outputs);
  visit("counts", view.counts);
  visit("last_event", view.last_event);
  visit("timeout", view.timeout);
  visit("time_left", view.time_left);
  visit("paused_at", view.paused_at);
  visit("paused_by", view.paused_by);
  visit("pause_message", view.pause_message);
  visit("expected_end_time", view.expected_end_time);
  visit("cost", view.cost);
  visit("why", view.why);
  visit("groups", view.groups);
}

template <class Visit, ViewOf<WorkflowSummary> View>
void visit_fields(Visit& visit, View& view) {
  visit("user", view.user);
  visit("name", view.name);
  visit("workflow_uuid", view.workflow_uuid);
  visit("submit_time", view.submit_time);
  visit("start_time", view.start_time);
  visit("end_time", view.end_time);
  visit("queued_time", view.queued_time);
  visit("duration", view.duration);
  visit("status", view.status);
  visit("pool", view.pool);
  visit("priority", view.priority);
  visit("labels", view.labels);
  visit("tags", view.tags);
  visit("parent_name", view.parent_name);
  visit("paused_at", view.paused_at);
}

template <class Visit, ViewOf<WorkflowList> View>
void visit_fields(Visit& visit, View& view) {
  visit("workflows", view.workflows);
  visit("more_entries", view.more_entries);
}

template <class Visit, ViewOf<EventView> View>
void visit_fields(Visit& visit, View& view) {
  visit("seq", view.seq);
  visit("at", view.at);
  visit("kind", view.kind);
  visit("workflow", view.workflow);
  visit("group", view.group);
  visit("task", view.task);
  visit("retry_id", view.retry_id);
  visit("status", view.status);
  visit("exit_code", view.exit_code);
  visit("message", view.message);
  visit("counts", view.counts);
  visit("usage", view.usage);
  visit("cost", view.cost);
}

template <class Visit, ViewOf<EventList> View>
void visit_fields(Visit& visit, View& view) {
  visit("events", view.events);
}

template <class Visit, ViewOf<ServerView> View>
void visit_fields(Visit& visit, View& view) {
  visit("pid", view.pid);
  visit("version", view.version);
  visit("socket", view.socket);
  visit("state_dir", view.state_dir);
  visit("started_at", view.started_at);
  visit("status", view.status);
  visit("live_workflows", view.live_workflows);
  visit("running_tasks", view.running_tasks);
  visit("host", view.host);
  visit("cpus", view.cpus);
  visit("gpus", view.gpus);
  visit("gpu_models", view.gpu_models);
  visit("gpu_problem", view.gpu_problem);
  visit("agent_connected", view.agent_connected);
}

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
  visit("diagnostics", view.diagnostics);
  visit("tasks", view.tasks);
  visit("last_event", view.last_event);
  visit("parent_name", view.parent_name);
  visit("cost", view.cost);
  visit("expected_end_time", view.expected_end_time);
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

template <class Visit, ViewOf<ValidationView> View>
void visit_fields(Visit& visit, View& view) {
  visit("valid", view.valid);
  visit("name", view.name);
  visit("format", view.format);
  visit("tasks", view.tasks);
  visit("groups", view.groups);
  visit("diagnostics", view.diagnostics);
}

template <class Visit, ViewOf<PoolUsage> View>
void visit_fields(Visit& visit, View& view) {
  visit("quota_used", view.quota_used);
  visit("quota_free", view.quota_free);
  visit("quota_limit", view.quota_limit);
  visit("total_usage", view.total_usage);
  visit("total_capacity", view.total_capacity);
  visit("total_free", view.total_free);
}

template <class Visit, ViewOf<PoolView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("description", view.description);
  visit("status", view.status);
  visit("default_platform", view.default_platform);
  visit("platforms", view.platforms);
  visit("guarantee", view.guarantee);
  visit("maximum", view.maximum);
  visit("weight", view.weight);
  visit("resource_usage", view.resource_usage);
  visit("gpus", view.gpus);
  visit("configured", view.configured);
}

template <class Visit, ViewOf<NodeSetView> View>
void visit_fields(Visit& visit, View& view) {
  visit("pools", view.pools);
}

template <class Visit, ViewOf<PoolList> View>
void visit_fields(Visit& visit, View& view) {
  visit("node_sets", view.node_sets);
  visit("resource_sum", view.resource_sum);
}

template <class Visit, ViewOf<NodePoolView> View>
void visit_fields(Visit& visit, View& view) {
  visit("pool", view.pool);
  visit("platform", view.platform);
  visit("cpus", view.cpus);
  visit("memory", view.memory);
  visit("gpus", view.gpus);
}

template <class Visit, ViewOf<GpuHolderView> View>
void visit_fields(Visit& visit, View& view) {
  visit("device", view.device);
  visit("workflow", view.workflow);
  visit("task", view.task);
  visit("share", view.share);
}

template <class Visit, ViewOf<NodeView> View>
void visit_fields(Visit& visit, View& view) {
  visit("node", view.node);
  visit("resource_type", view.resource_type);
  visit("connected", view.connected);
  visit("cpus", view.cpus);
  visit("cpus_used", view.cpus_used);
  visit("memory", view.memory);
  visit("memory_used", view.memory_used);
  visit("storage", view.storage);
  visit("storage_used", view.storage_used);
  visit("gpu_count", view.gpu_count);
  visit("gpus_used", view.gpus_used);
  visit("pretended_gpus", view.pretended_gpus);
  visit("gpu_problem", view.gpu_problem);
  visit("running_tasks", view.running_tasks);
  visit("pools", view.pools);
  visit("gpus", view.gpus);
}

template <class Visit, ViewOf<NodeList> View>
void visit_fields(Visit& visit, View& view) {
  visit("resources", view.resources);
}

template <class Visit, ViewOf<TagRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("add", view.add);
  visit("remove", view.remove);
}

template <class Visit, ViewOf<TagList> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("tags", view.tags);
}

template <class Visit, ViewOf<ChangeRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("user", view.user);
  visit("message", view.message);
  visit("tasks", view.tasks);
  visit("groups", view.groups);
  visit("names", view.names);
  visit("force", view.force);
  visit("dry_run", view.dry_run);
}

template <class Visit, ViewOf<UnchangedView> View>
void visit_fields(Visit& visit, View& view) {
  visit("task", view.task);
  visit("reason", view.reason);
}

template <class Visit, ViewOf<ChangeReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("uuid", view.uuid);
  visit("status", view.status);
  visit("whole", view.whole);
  visit("tasks", view.tasks);
  visit("unchanged", view.unchanged);
  visit("note", view.note);
  visit("counts", view.counts);
  visit("reopened", view.reopened);
  visit("outputs", view.outputs);
  visit("last_event", view.last_event);
}

template <class Visit, ViewOf<TimeoutsRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("user", view.user);
  visit("target", view.target);
  visit("exec_timeout", view.exec_timeout);
  visit("queue_timeout", view.queue_timeout);
  visit("workflow_timeout", view.workflow_timeout);
  visit("dry_run", view.dry_run);
}

template <class Visit, ViewOf<TimeoutsReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("uuid", view.uuid);
  visit("group", view.group);
  visit("exec_timeout", view.exec_timeout);
  visit("queue_timeout", view.queue_timeout);
  visit("workflow_timeout", view.workflow_timeout);
  visit("ends_now", view.ends_now);
  visit("workflow_ends_now", view.workflow_ends_now);
  visit("notes", view.notes);
}

}  // namespace sennit::views

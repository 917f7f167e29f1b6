// Part of fields.h.
#pragma once

#include "views/measure_fields.h"
#include "views/view_of.h"
#include "views/workflow_views.h"

namespace sennit::views {

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
  visit("progress", view.progress);
  visit("load", view.load);
  visit("flags", view.flags);
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
  visit("timeout", view.timeout);
  visit("time_left", view.time_left);
  visit("paused_at", view.paused_at);
  visit("paused_by", view.paused_by);
  visit("pause_message", view.pause_message);
  visit("expected_end_time", view.expected_end_time);
  visit("cost", view.cost);
  visit("why", view.why);
  visit("pinned", view.pinned);
  visit("size", view.size);
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
  visit("pinned", view.pinned);
  visit("size", view.size);
}

template <class Visit, ViewOf<WorkflowList> View>
void visit_fields(Visit& visit, View& view) {
  visit("workflows", view.workflows);
  visit("more_entries", view.more_entries);
}

template <class Visit, ViewOf<TaskFailureView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("retry_id", view.retry_id);
  visit("status", view.status);
  visit("exit_code", view.exit_code);
  visit("cause", view.cause);
  visit("reason", view.reason);
  visit("details", view.details);
  visit("hint", view.hint);
  visit("log", view.log);
  visit("lines", view.lines);
  visit("are_errors", view.are_errors);
}

template <class Visit, ViewOf<FailureList> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("status", view.status);
  visit("reason", view.reason);
  visit("failed", view.failed);
  visit("not_run", view.not_run);
  visit("tasks", view.tasks);
}

}  // namespace sennit::views

#include "api/workflow_view.h"

#include "api/priority.h"
#include "api/run_times.h"
#include "api/workflow_viewer.h"

namespace sennit::api {

views::TaskCounts counts_of(const core::WorkflowState& workflow) {
  const core::StatusCounts& counts = workflow.task_counts;
  views::TaskCounts view;
  view.total = workflow.tasks.size();
  view.running = counts.of(Status::kRunning);
  view.completed = counts.of(Status::kCompleted);
  view.canceled = counts.canceled();
  view.failed = counts.failed();
  view.waiting = view.total - view.running - view.completed - view.failed - view.canceled;
  return view;
}

std::string outputs_of(const Workflow& workflow, const std::string& id, const std::string& runs_dir) {
  // `output_dir` is kept as it was written; the jobs know where that was.
  const Result<TaskBody> body =
      workflow.output_dir.empty() || workflow.tasks.empty() ? TaskBody() : workflow.body_of(TaskIndex(0));
  if (!body || body->job_dir.empty()) return runs_dir + "/" + id;
  return body->job_dir.substr(0, body->job_dir.rfind('/'));
}

views::WorkflowView view_of(const core::WorkflowState& workflow, const ViewContext& context, Attempts attempts) {
  WorkflowViewer viewer(workflow, context, attempts);
  views::WorkflowView view = viewer.head();
  view.groups.reserve(workflow.groups.size());
  for (std::uint32_t i = 0; i < workflow.groups.size(); ++i) view.groups.push_back(viewer.group(GroupIndex(i)));
  return view;
}

views::WorkflowSummary summary_of(const store::WorkflowRow& row, Instant now) {
  views::WorkflowSummary view;
  view.user = row.submission.user;
  view.name = row.submission.id;
  view.workflow_uuid = row.submission.uuid;
  view.submit_time = row.submission.submitted_at;
  view.start_time = row.started_at;
  view.end_time = row.ended_at;
  view.status = to_string(row.status);
  view.pool = row.submission.pool;
  view.priority = to_string(row.submission.priority);
  view.labels = {row.labels.begin(), row.labels.end()};
  view.tags = row.tags;
  view.pinned = row.pinned;
  view.size = row.bytes;
  view.parent_name = row.submission.parent_id;
  add_run_times(view, row.reopened_at, now);
  return view;
}

}  // namespace sennit::api

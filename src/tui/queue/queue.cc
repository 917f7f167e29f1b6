#include "tui/queue/queue.h"

#include <algorithm>
#include <ranges>
#include <tuple>
#include <utility>

namespace sennit::tui {
namespace {

bool is_ready(const views::WorkflowView& workflow, const views::TaskView& task) {
  if (workflow.paused_at.is_set() || task.paused_at.is_set()) return false;
  return task.status == "SCHEDULING" || task.status == "PROCESSING";
}

bool waits(const views::TaskView& task) {
  return task.status == "SUBMITTING" || task.status == "WAITING" || task.status == "PROCESSING" ||
         task.status == "SCHEDULING" || task.status == "RESCHEDULED";
}

int rank_of(std::string_view priority) { return priority == "HIGH" ? 0 : priority == "LOW" ? 2 : 1; }

Instant since(const views::WorkflowView& workflow, const views::TaskView& task) {
  if (task.scheduling_start_time.is_set()) return task.scheduling_start_time;
  return task.processing_start_time.is_set() ? task.processing_start_time : workflow.submit_time;
}

}  // namespace

Queue queue_of(const std::vector<views::WorkflowView>& workflows) {
  Queue queue;
  for (const views::WorkflowView& workflow : workflows) {
    for (const views::GroupView& group : workflow.groups) {
      for (const views::TaskView& task : group.tasks) {
        if (!waits(task)) continue;
        queue.tasks.push_back({.workflow = workflow.name,
                               .task = task.name,
                               .status = task.status,
                               .priority = workflow.priority,
                               .pool = workflow.pool,
                               .reason = task.reason,
                               .since = since(workflow, task),
                               .ready = is_ready(workflow, task)});
      }
    }
  }
  // Within a workflow as they stand in its file.
  std::ranges::stable_sort(queue.tasks, {},
                           [](const QueuedTask& task) { return std::tuple(!task.ready, rank_of(task.priority)); });
  queue.ready = static_cast<std::size_t>(std::ranges::count(queue.tasks, true, &QueuedTask::ready));
  queue.more = queue.tasks.size() > Queue::kMostTasks;
  if (queue.more) queue.tasks.resize(Queue::kMostTasks);
  queue.ready = std::min(queue.ready, queue.tasks.size());
  return queue;
}

Result<Queue> ask_for_queue(client::Api& api) {
  client::ListQuery query{.limit = Queue::kMostWorkflows, .statuses = {"PENDING", "RUNNING", "WAITING"}};
  SENNIT_ASSIGN(const views::WorkflowList list, api.list(query));
  std::vector<views::WorkflowView> workflows;
  for (const views::WorkflowSummary& summary : list.workflows | std::views::reverse) {
    Result<views::WorkflowView> workflow = api.workflow(summary.name);
    if (!workflow && workflow.error().code() == ErrorCode::kNotFound) continue;  // it is gone by now
    if (!workflow) return workflow.error();
    workflows.push_back(std::move(*workflow));
  }
  std::ranges::stable_sort(workflows, {}, &views::WorkflowView::submit_time);
  Queue queue = queue_of(workflows);
  queue.more |= list.more_entries;
  return queue;
}

}  // namespace sennit::tui

#include "tui/queue/queue.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "client/status.h"

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

void add_waiting(const views::WorkflowView& piece, Queue& queue) {
  for (const views::GroupView& group : piece.groups) {
    for (const views::TaskView& task : group.tasks) {
      if (!waits(task)) continue;
      queue.tasks.push_back({.workflow = piece.name,
                             .task = task.name,
                             .status = task.status,
                             .priority = piece.priority,
                             .pool = piece.pool,
                             .reason = task.reason,
                             .since = since(piece, task),
                             .ready = is_ready(piece, task)});
    }
  }
  if (queue.tasks.size() >= 2 * Queue::kMostTasks) put_in_order(queue);
}

void put_in_order(Queue& queue) {
  // Within a workflow as they stand in its file.
  std::ranges::stable_sort(queue.tasks, {},
                           [](const QueuedTask& task) { return std::tuple(!task.ready, rank_of(task.priority)); });
  if (queue.tasks.size() > Queue::kMostTasks) {
    queue.more = true;
    queue.tasks.resize(Queue::kMostTasks);
  }
  queue.ready = static_cast<std::size_t>(std::ranges::count(queue.tasks, true, &QueuedTask::ready));
}

Result<Queue> ask_for_queue(client::Api& api) {
  client::ListQuery query{.limit = Queue::kMostWorkflows, .statuses = {"PENDING", "RUNNING", "WAITING"}};
  SENNIT_ASSIGN(views::WorkflowList list, api.list(query));
  std::ranges::reverse(list.workflows);  // the newest was first
  std::ranges::stable_sort(list.workflows, {}, &views::WorkflowSummary::submit_time);
  Queue queue;
  for (const views::WorkflowSummary& summary : list.workflows) {
    const Result<void> read = client::read_status(api, summary.name, [&queue](const client::StatusPiece& piece) {
      add_waiting(piece.view, queue);
      return http::Flow::kContinue;
    });
    if (!read && read.error().code() != ErrorCode::kNotFound) return read.error();  // else it is gone by now
  }
  put_in_order(queue);
  queue.more |= list.more_entries;
  return queue;
}

}  // namespace sennit::tui

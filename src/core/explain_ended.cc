// Why a task ended as it did.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/exit_rules.h"
#include "core/explain_words.h"
#include "core/explainer.h"

namespace sennit::core {
namespace {

Cause cause_of(const TaskState& row) {
  switch (row.status) {
    case Status::kFailedCanceled: return Cause::kCanceled;
    case Status::kFailedBackendError: return Cause::kLost;
    case Status::kFailedExecTimeout:
    case Status::kFailedQueueTimeout:
    case Status::kFailedStartTimeout: return Cause::kTimedOut;
    case Status::kFailedUpstream: return Cause::kUpstreamFailed;
    case Status::kFailedEvicted: return Cause::kOutOfMemory;
    case Status::kFailedImagePull:
    case Status::kFailedStartError: return Cause::kNotStarted;
    case Status::kFailedPreempted: return Cause::kPreempted;
    case Status::kFailed:
    case Status::kFailedServerError: break;
    case Status::kSubmitting:
    case Status::kWaiting:
    case Status::kProcessing:
    case Status::kScheduling:
    case Status::kInitializing:
    case Status::kRunning:
    case Status::kCompleted:
    case Status::kRescheduled: break;
  }
  return row.placed_at.is_set() && !row.started_at.is_set() ? Cause::kNotStarted : Cause::kFailed;
}

}  // namespace

Why Explainer::failed(TaskIndex index) {
  const TaskState& row = workflow_.task(index);
  if (row.status == Status::kFailedUpstream) return upstream_failed(index);
  Why why;
  why.cause = cause_of(row);
  why.headline = fmt::format("{} {}", name(index), failure_text(workflow_, row));
  why.details.push_back(fmt::format("status {}", to_string(row.status)));
  if (row.has_exit_code) {
    if (const std::string_view meaning = usual_meaning_of(row.exit_code); !meaning.empty()) {
      why.details.push_back(fmt::format("exit code {}: {}", row.exit_code, meaning));
    }
  }
  add_process(index, why);
  if (row.number > 0) why.details.push_back(fmt::format("{} were made", plural(row.number + 1, "attempt")));
  add_restarts(index, why);
  add_attempts(index, why);
  if (row.started_at.is_set()) why.log = AttemptLog{index, row.number};
  why.hint = where_to_look(workflow_, index);
  return why;
}

std::optional<TaskIndex> Explainer::failed_task_of(GroupIndex group) const {
  std::optional<TaskIndex> found;
  for (const TaskIndex task : TaskRange(spec_.group(group))) {
    const TaskState& row = workflow_.task(task);
    if (!is_failed(row.status)) continue;
    // One that failed by itself explains more than those that were stopped because of it.
    if (row.stopping == StopReason::kNone && row.has_exit_code) return task;
    if (!found) found = task;
  }
  return found;
}

// Walks up to the group that failed by itself. Not recursive: a chain may be 100,000 long.
TaskIndex Explainer::root_failure(GroupIndex group, std::vector<TaskIndex>& chain) const {
  TaskIndex last = spec_.group(group).first_task;
  for (;;) {
    std::optional<GroupIndex> next;
    for (const GroupIndex up : spec_.upstream.of(group)) {
      if (is_failed(workflow_.group(up).status) && (!next || workflow_.group(*next).status == Status::kFailedUpstream))
        next = up;
    }
    if (!next) return last;
    group = *next;
    last = failed_task_of(group).value_or(spec_.group(group).first_task);
    chain.push_back(last);
    if (workflow_.group(group).status != Status::kFailedUpstream) return last;
  }
}

Why Explainer::upstream_failed(TaskIndex index) {
  std::vector<TaskIndex> chain;
  const TaskIndex root = root_failure(group_of(index), chain);
  const TaskState& row = workflow_.task(root);
  Why why;
  why.cause = Cause::kUpstreamFailed;
  why.headline = fmt::format("{} never ran because {} {}", name(index), name(root), failure_text(workflow_, row));
  if (chain.size() > 1) {
    std::string path = name(index);
    for (std::size_t i = 0; i < chain.size(); ++i) {
      if (i >= kMaxNames && i + 1 < chain.size()) continue;
      if (i + 1 == chain.size() && chain.size() > kMaxNames + 1) path += " <- ...";
      path += " <- " + name(chain[i]);
    }
    why.details.push_back(std::move(path));
  }
  if (root != index && row.started_at.is_set()) why.log = AttemptLog{root, row.number};
  why.hint = where_to_look(workflow_, root);
  return why;
}

Why Explainer::ended(TaskIndex index, std::string how) {
  const TaskState& row = workflow_.task(index);
  Why why;
  why.cause = Cause::kCompleted;
  why.headline = fmt::format("{} {}", name(index), how);
  if (row.started_at.is_set()) {
    why.headline += fmt::format(" in {}", readable(std::max(Micros(0), row.ended_at - row.started_at)));
  }
  add_process(index, why);
  if (row.message > 0) why.details.emplace_back(workflow_.message_of(row));
  add_attempts(index, why);
  why.hint = fmt::format("sennit logs {} {}", id(), name(index));
  return why;
}

}  // namespace sennit::core

#include "core/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/bookkeeping.h"
#include "core/exit_rules.h"
#include "core/explain_pause.h"
#include "core/explain_words.h"
#include "core/incarnation.h"
#include "core/shortage_text.h"
#include "core/succession.h"
#include "core/timeout_text.h"

namespace sennit::core {
namespace {

class Explainer {
 public:
  Explainer(const State& state, const WorkflowState& workflow, Instant now)
      : state_(state), workflow_(workflow), spec_(*workflow.spec), now_(now) {}

  Why task(TaskIndex index);

 private:
  std::string name(TaskIndex task) const { return std::string(spec_.name_of(task)); }
  const std::string& id() const { return workflow_.submission.id; }
  GroupIndex group_of(TaskIndex task) const { return spec_.tasks[task.value()].group; }

  Why waiting(TaskIndex index) const;
  Why delayed(TaskIndex index) const;
  Why queued(TaskIndex index) const;
  Why initializing(TaskIndex index) const;
  Why running(TaskIndex index) const;
  Why starting_again(TaskIndex index) const;
  std::string missing_at_barrier(TaskIndex index) const;
  void add_restarts(TaskIndex index, Why& why) const;
  Why failed(TaskIndex index) const;
  Why upstream_failed(TaskIndex index) const;
  Why ended(TaskIndex index, std::string how) const;
  void add_attempts(TaskIndex index, Why& why) const;
  void add_limit(TaskIndex index, Why& why) const;
  TaskIndex root_failure(GroupIndex group, std::vector<TaskIndex>& chain) const;
  std::optional<TaskIndex> failed_task_of(GroupIndex group) const;

  const State& state_;
  const WorkflowState& workflow_;
  const Workflow& spec_;
  Instant now_;
};

Why Explainer::waiting(TaskIndex index) const {
  NameList names;
  for (const GroupIndex up : spec_.upstream.of(group_of(index))) {
    const GroupState& group = workflow_.group(up);
    if (group.status == Status::kCompleted) continue;
    const GroupSpec& group_spec = spec_.group(up);
    const std::string shown = group_spec.task_count == 1 ? name(group_spec.first_task) : spec_.name_of(up);
    names.add(fmt::format("{} ({})", shown, to_string(group.status)));
  }
  Why why;
  why.headline = fmt::format("{} waits for {}", name(index), names.text());
  why.details.push_back(
      fmt::format("{} of {} upstream not completed", names.count(), spec_.upstream.of(group_of(index)).size()));
  why.hint = fmt::format("sennit status {}", id());
  return why;
}

Why Explainer::delayed(TaskIndex index) const {
  const TaskState& row = workflow_.task(index);
  Why why;
  why.headline =
      fmt::format("{} is tried again in {}", name(index), readable(std::max(Micros(0), row.queued_at - now_)));
  why.details.push_back(fmt::format("attempt {} comes next; it holds no resources while it waits", row.number));
  add_attempts(index, why);
  why.hint = fmt::format("sennit logs {} {}", id(), name(index));
  return why;
}

void Explainer::add_attempts(TaskIndex index, Why& why) const {
  for (const PastAttempt& past : workflow_.past) {
    if (past.task != index) continue;
    std::string line = fmt::format("attempt {} ended", past.number);
    if (past.exit_code) line += fmt::format(" with code {}", *past.exit_code);
    if (past.lost) line += " (lost; not counted as a retry)";
    if (past.message > 0) line += ": " + workflow_.messages[past.message - 1];
    why.details.push_back(std::move(line));
    if (why.details.size() > 2 * kMaxNames) break;
  }
}

void Explainer::add_limit(TaskIndex index, Why& why) const {
  std::string text = next_limit_text(workflow_, index, now_);
  if (!text.empty()) why.details.push_back(std::move(text));
}

Why Explainer::queued(TaskIndex index) const {
  Shortfall shortfall = shortfall_of(state_, workflow_, index);
  Why why;
  why.headline = name(index) + " " + shortfall.clause;
  why.details = std::move(shortfall.details);
  switch (shortfall.lacking) {
    case Lacking::kPlacing:
    case Lacking::kAnyHost: why.hint = "sennit server status"; break;
    case Lacking::kLargerHost: why.hint = fmt::format("sennit cancel {}", id()); break;
    case Lacking::kNothing:
    case Lacking::kParallel:
    case Lacking::kGpus:
    case Lacking::kCpus:
    case Lacking::kStorage:
    case Lacking::kMeasurement:
    case Lacking::kMemory: why.hint = fmt::format("sennit status {}", id()); break;
  }
  const std::size_t together = workflow_.lanes[lane_of(workflow_, index)].shape().size();
  if (together > 1) why.details.push_back(fmt::format("the {} tasks of its group start together", together));
  const TaskState& row = workflow_.task(index);
  why.details.push_back(fmt::format("queued for {}", readable(std::max(Micros(0), now_ - row.queued_at))));
  add_limit(index, why);
  return why;
}

Why Explainer::initializing(TaskIndex index) const {
  const TaskState& row = workflow_.task(index);
  Why why;
  why.hint = fmt::format("sennit status {}", id());
  if (const std::optional<TaskIndex> ahead = ahead_of(workflow_, index)) {
    why.headline = fmt::format("{} starts as soon as {} has ended", name(index), name(*ahead));
    why.details.push_back("it was sent to its host ahead of time, because the tasks before it were quick");
    return why;
  }
  if (row.barrier != AtBarrier::kParked) {
    why.headline = fmt::format("{} is being started", name(index));
    why.details.push_back(fmt::format("resources given {} ago", readable(std::max(Micros(0), now_ - row.placed_at))));
    return why;
  }
  why.headline = fmt::format("{} waits at the barrier of its group for {}", name(index), missing_at_barrier(index));
  return why;
}

std::string Explainer::missing_at_barrier(TaskIndex index) const {
  NameList missing;
  for (const TaskIndex other : TaskRange(spec_.group(group_of(index)))) {
    const TaskState& peer = workflow_.task(other);
    if (is_group_finished(peer.status) || peer.barrier != AtBarrier::kNotYet) continue;
    missing.add(fmt::format("{} ({})", name(other), to_string(peer.status)));
  }
  return missing.text();
}

// RUNNING by its row, but between two commands.
Why Explainer::starting_again(TaskIndex index) const {
  Why why;
  why.headline = workflow_.task(index).barrier == AtBarrier::kParked
                     ? fmt::format("{} starts again and waits at the barrier of its group for {}", name(index),
                                   missing_at_barrier(index))
                     : fmt::format("{} is being started again in place", name(index));
  add_restarts(index, why);
  add_attempts(index, why);
  why.hint = fmt::format("sennit logs -f {} {}", id(), name(index));
  return why;
}

void Explainer::add_restarts(TaskIndex index, Why& why) const {
  const auto found = workflow_.restarts.find(index);
  if (found == workflow_.restarts.end() || found->second.incarnation == 0) return;
  std::string line = fmt::format("its command was started again {}", plural(found->second.incarnation, "time"));
  if (found->second.message > 0) line += ", the last time: " + workflow_.messages[found->second.message - 1];
  why.details.push_back(std::move(line));
}

Why Explainer::running(TaskIndex index) const {
  if (!has_begun(workflow_, index) && workflow_.task(index).stopping == StopReason::kNone) return starting_again(index);
  const TaskState& row = workflow_.task(index);
  Why why;
  why.headline =
      fmt::format("{} has been running for {}", name(index), readable(std::max(Micros(0), now_ - row.started_at)));
  if (row.stopping != StopReason::kNone) why.headline += " and was told to stop";
  if (row.pid != 0) why.details.push_back(fmt::format("process {}", row.pid));
  if (!row.gpus.empty()) why.details.push_back(fmt::format("GPU {}", to_string(row.gpus)));
  add_limit(index, why);
  add_restarts(index, why);
  add_attempts(index, why);
  why.hint = fmt::format("sennit logs -f {} {}", id(), name(index));
  return why;
}

Why Explainer::failed(TaskIndex index) const {
  const TaskState& row = workflow_.task(index);
  if (row.status == Status::kFailedUpstream) return upstream_failed(index);
  Why why;
  why.headline = fmt::format("{} {}", name(index), failure_text(workflow_, row));
  why.details.push_back(fmt::format("status {}", to_string(row.status)));
  if (row.number > 0) why.details.push_back(fmt::format("{} were made", plural(row.number + 1, "attempt")));
  add_restarts(index, why);
  add_attempts(index, why);
  if (row.started_at.is_set()) {
    why.details.push_back(fmt::format("ran for {}", readable(std::max(Micros(0), row.ended_at - row.started_at))));
    why.hint = fmt::format("sennit logs {} {}", id(), name(index));
  }
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

Why Explainer::upstream_failed(TaskIndex index) const {
  std::vector<TaskIndex> chain;
  const TaskIndex root = root_failure(group_of(index), chain);
  Why why;
  why.headline =
      fmt::format("{} never ran because {} {}", name(index), name(root), failure_text(workflow_, workflow_.task(root)));
  if (chain.size() > 1) {
    std::string path = name(index);
    for (std::size_t i = 0; i < chain.size(); ++i) {
      if (i >= kMaxNames && i + 1 < chain.size()) continue;
      if (i + 1 == chain.size() && chain.size() > kMaxNames + 1) path += " <- ...";
      path += " <- " + name(chain[i]);
    }
    why.details.push_back(std::move(path));
  }
  why.hint = where_to_look(workflow_, root);
  return why;
}

Why Explainer::ended(TaskIndex index, std::string how) const {
  const TaskState& row = workflow_.task(index);
  Why why;
  why.headline = fmt::format("{} {}", name(index), how);
  if (row.started_at.is_set()) {
    why.details.push_back(fmt::format("ran for {}", readable(std::max(Micros(0), row.ended_at - row.started_at))));
  }
  if (row.message > 0) why.details.emplace_back(workflow_.message_of(row));
  add_attempts(index, why);
  why.hint = fmt::format("sennit logs {} {}", id(), name(index));
  return why;
}

Why Explainer::task(TaskIndex index) {
  if (std::optional<Why> paused = explain_pause(workflow_, index, now_)) return *std::move(paused);
  const TaskState& row = workflow_.task(index);
  switch (row.status) {
    case Status::kSubmitting:
    case Status::kWaiting: return waiting(index);
    case Status::kProcessing: return delayed(index);
    case Status::kScheduling: return queued(index);
    case Status::kInitializing: return initializing(index);
    case Status::kRunning: return running(index);
    case Status::kCompleted: return ended(index, "completed");
    case Status::kRescheduled: return ended(index, "was rescheduled");
    case Status::kFailed:
    case Status::kFailedCanceled:
    case Status::kFailedServerError:
    case Status::kFailedBackendError:
    case Status::kFailedExecTimeout:
    case Status::kFailedQueueTimeout:
    case Status::kFailedImagePull:
    case Status::kFailedUpstream:
    case Status::kFailedEvicted:
    case Status::kFailedStartError:
    case Status::kFailedStartTimeout:
    case Status::kFailedPreempted: return failed(index);
  }
  return failed(index);
}

}  // namespace

Why explain_task(const State& state, const WorkflowState& workflow, TaskIndex task, Instant now) {
  return Explainer(state, workflow, now).task(task);
}

}  // namespace sennit::core

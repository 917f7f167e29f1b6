#include "core/expiry.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/bookkeeping.h"
#include "core/shortage_text.h"
#include "core/stop_rules.h"
#include "core/timeout_text.h"
#include "core/timing.h"

namespace sennit::core {
namespace {

bool is_host_connected(const State& state) {
  return std::any_of(state.hosts.begin(), state.hosts.end(), [](const auto& entry) { return entry.second.joined; });
}

class Expiry {
 public:
  explicit Expiry(Decider& decider) : decider_(decider), state_(decider.state()) {}

  bool run(std::size_t budget) {
    if (state_.hosts_awaited_until.is_set() && state_.hosts_awaited_until <= decider_.now()) resume_postponed(state_);
    DeadlineQueue& queue = state_.deadlines;
    while (!queue.empty() && (queue.front().at <= decider_.now() || !is_live(state_, queue.front()))) {
      if (decider_.made() >= budget) return false;
      const Deadline deadline = queue.front();
      queue.pop();
      if (!is_live(state_, deadline)) continue;
      if (must_wait(deadline)) {
        state_.postponed.push_back(deadline);
      } else {
        fire(deadline);
      }
    }
    return true;
  }

 private:
  bool must_wait(const Deadline& deadline) const {
    const WorkflowState& workflow = *state_.find(deadline.workflow);
    switch (deadline.kind) {
      case DeadlineKind::kRetry:
      case DeadlineKind::kWorkflowTimeout: return false;
      case DeadlineKind::kQueueTimeout: return state_.hosts_awaited_until.is_set() && !is_host_connected(state_);
      case DeadlineKind::kStartTimeout: return !is_heard_of(workflow, deadline.task);
      case DeadlineKind::kExecTimeout:
      case DeadlineKind::kGroupTimeout: break;
    }
    for (const TaskIndex task : group_of(workflow, deadline.task)) {
      if (!is_heard_of(workflow, task)) return true;
    }
    return false;
  }

  bool is_heard_of(const WorkflowState& workflow, TaskIndex task) const {
    const TaskState& row = workflow.task(task);
    if (!is_active(row.status)) return true;
    const auto host = state_.hosts.find(row.host);
    return host != state_.hosts.end() && host->second.joined;
  }

  void fire(const Deadline& deadline) {
    const WorkflowState& workflow = *state_.find(deadline.workflow);
    switch (deadline.kind) {
      case DeadlineKind::kRetry: return decider_.decide(workflow.key, event::RetryDue{deadline.task, deadline.number});
      case DeadlineKind::kExecTimeout:
      case DeadlineKind::kGroupTimeout: return stop_group(workflow, deadline.task);
      case DeadlineKind::kQueueTimeout: return end_waiting_group(workflow, deadline.task);
      case DeadlineKind::kWorkflowTimeout: return stop_workflow(workflow);
      case DeadlineKind::kStartTimeout: return stop_start(workflow, deadline);
    }
  }

  static GroupIndex group_index(const WorkflowState& workflow, TaskIndex task) {
    return workflow.spec->tasks[task.value()].group;
  }
  static TaskRange group_of(const WorkflowState& workflow, TaskIndex task) {
    return TaskRange(workflow.spec->group(group_index(workflow, task)));
  }

  void stop(const WorkflowState& workflow, TaskIndex task, StopReason reason, Micros limit) {
    const TaskState& row = workflow.task(task);
    if (is_final_stop(row.stopping)) return;
    decider_.decide(workflow.key,
                    event::AttemptStopping{.task = task, .number = row.number, .reason = reason, .limit = limit});
  }

  // A timeout is the group's: its tasks end together.
  void stop_group(const WorkflowState& workflow, TaskIndex timed_out) {
    const Micros limit = exec_time(*workflow.spec, workflow.limits, group_index(workflow, timed_out));
    for (const TaskIndex task : group_of(workflow, timed_out)) {
      const Status status = workflow.task(task).status;
      if (is_group_finished(status)) continue;
      if (is_active(status)) {
        stop(workflow, task, StopReason::kExecTimeout, limit);
      } else {
        decider_.end_task(workflow, task, verdict_of_stop(workflow, task, StopReason::kExecTimeout, decider_.now()));
      }
    }
  }

  void end_waiting_group(const WorkflowState& workflow, TaskIndex timed_out) {
    const std::string message = queue_timeout_text(workflow, timed_out, shortfall(workflow, timed_out), decider_.now());
    for (const TaskIndex task : group_of(workflow, timed_out)) {
      if (workflow.task(task).status != Status::kScheduling) continue;
      decider_.end_task(workflow, task, {Status::kFailedQueueTimeout, {}, message});
    }
  }

  // What groups of one lane lack is the same for all of them, and many may be given up at once. It does not change
  // while deadlines fire: whoever is stopped holds what it has until its end is reported.
  const Shortfall& shortfall(const WorkflowState& workflow, TaskIndex task) {
    const Shape* shape = &workflow.lanes[lane_of(workflow, task)].shape();
    const auto found = shortfalls_.find(shape);
    if (found != shortfalls_.end()) return found->second;
    return shortfalls_.emplace(shape, shortfall_of(state_, workflow, task)).first->second;
  }

  void stop_workflow(const WorkflowState& workflow) {
    decider_.decide(workflow.key, event::CancelAsked{"", workflow_timeout_text(workflow, decider_.now()),
                                                     StopReason::kWorkflowTimeout});
  }

  void stop_start(const WorkflowState& workflow, const Deadline& deadline) {
    stop(workflow, deadline.task, StopReason::kStartTimeout, state_.start_timeout);
  }

  Decider& decider_;
  State& state_;
  std::map<const Shape*, Shortfall> shortfalls_;  // looked up, never walked through
};

}  // namespace

bool expire(Decider& decider, std::size_t budget) { return Expiry(decider).run(budget); }

std::optional<Instant> next_expiry(const State& state) {
  std::optional<Instant> next;
  if (!state.deadlines.empty()) next = state.deadlines.front().at;
  if (state.postponed.empty() || !state.hosts_awaited_until.is_set()) return next;
  return next ? std::min(*next, state.hosts_awaited_until) : state.hosts_awaited_until;
}

void resume_postponed(State& state) {
  state.hosts_awaited_until = {};
  for (const Deadline& deadline : std::exchange(state.postponed, {})) state.deadlines.push(deadline);
}

}  // namespace sennit::core

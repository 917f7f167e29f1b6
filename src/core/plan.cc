#include "core/plan.h"

#include "core/bookkeeping.h"
#include "core/decide.h"
#include "core/place.h"
#include "core/settle.h"
#include "core/stop_rules.h"

namespace sennit::core {
namespace {

class DeadlineRules {
 public:
  explicit DeadlineRules(Decider& decider) : decider_(decider), state_(decider.state()) {}

  // Fires what is due. True: nothing due is left.
  bool fire(std::size_t budget) {
    DeadlineQueue& queue = state_.deadlines;
    while (!queue.empty() && (queue.front().at <= decider_.now() || !is_live(state_, queue.front()))) {
      if (decider_.made() >= budget) return false;
      const Deadline deadline = queue.front();
      queue.pop();
      if (is_live(state_, deadline)) fire(deadline);
    }
    return true;
  }

 private:
  void fire(const Deadline& deadline) {
    const WorkflowState& workflow = *state_.find(deadline.workflow);
    switch (deadline.kind) {
      case DeadlineKind::kRetry: return decider_.decide(workflow.key, event::RetryDue{deadline.task, deadline.number});
      case DeadlineKind::kExecTimeout: return stop_group(workflow, deadline.task);
      case DeadlineKind::kQueueTimeout: return end_waiting_group(workflow, deadline.task);
      case DeadlineKind::kWorkflowTimeout: return stop_workflow(workflow);
    }
  }

  static TaskRange group_of(const WorkflowState& workflow, TaskIndex task) {
    return TaskRange(workflow.spec->group(workflow.spec->tasks[task.value()].group));
  }

  // A timeout is the group's: its tasks end together.
  void stop_group(const WorkflowState& workflow, TaskIndex timed_out) {
    for (const TaskIndex task : group_of(workflow, timed_out)) {
      if (is_group_finished(workflow.task(task).status)) continue;
      decider_.stop_task(workflow, task, StopReason::kExecTimeout,
                         verdict_of_stop(workflow, timed_out, StopReason::kExecTimeout));
    }
  }

  void end_waiting_group(const WorkflowState& workflow, TaskIndex timed_out) {
    for (const TaskIndex task : group_of(workflow, timed_out)) {
      if (workflow.task(task).status != Status::kScheduling) continue;
      decider_.end_task(workflow, task, verdict_of_queue_timeout(workflow, timed_out));
    }
  }

  void stop_workflow(const WorkflowState& workflow) {
    std::string message = "ran longer than the set limit of " + readable(workflow.spec->timeout);
    decider_.decide(workflow.key, event::CancelAsked{"", std::move(message), StopReason::kWorkflowTimeout});
  }

  Decider& decider_;
  State& state_;
};

}  // namespace

void plan(State& state, Instant now, EventSink& sink) {
  Decider decider(state, now, sink);
  bool done = settle(decider, kPlanBudget);
  done = done && DeadlineRules(decider).fire(kPlanBudget);
  done = done && settle(decider, kPlanBudget);
  if (done && state.placing == Placing::kOn) done = place(decider, kPlanBudget);
  state.plan_again = !done;
}

std::optional<Instant> next_deadline(const State& state) {
  if (state.plan_again || !state.unsettled.empty()) return Instant();
  if (state.deadlines.empty()) return std::nullopt;
  return state.deadlines.front().at;
}

}  // namespace sennit::core

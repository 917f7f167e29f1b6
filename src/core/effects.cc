#include "core/effects.h"

#include "core/incarnation.h"
#include "core/pause.h"
#include "core/stop_rules.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

std::optional<AttemptId> attempt_ahead(const State& state, const WorkflowState& workflow, TaskIndex task) {
  const std::optional<TaskIndex> ahead = ahead_of(workflow, task);
  if (!ahead) return std::nullopt;
  return attempt_of(state, workflow, *ahead);
}

class EffectsOf {
 public:
  EffectsOf(const State& state, const WorkflowState& workflow, std::vector<Effect>& out)
      : state_(state), workflow_(workflow), out_(out) {}

  void operator()(const event::AttemptPlaced& e) {
    out_.push_back(effect::Start{attempt(e.task, e.number), e.host, e.gpus, attempt_ahead(state_, workflow_, e.task)});
  }
  void operator()(const event::AttemptStopping& e) {
    out_.push_back(effect::Stop{attempt(e.task, e.number), workflow_.task(e.task).host, e.reason,
                                incarnation_of(workflow_, e.task), e.force});
  }
  void operator()(const event::AttemptRestarted& e) {
    const TaskState& row = workflow_.task(e.task);
    out_.push_back(effect::Restart{attempt(e.task, e.number), row.host, row.gpus, e.incarnation});
  }
  void operator()(const event::BarrierReleased& e) {
    for (const TaskIndex task : TaskRange(workflow_.spec->group(e.group))) {
      const TaskState& row = workflow_.task(task);
      if (!is_active(row.status) || has_begun(workflow_, task) || row.barrier != AtBarrier::kPassed) continue;
      out_.push_back(effect::Release{attempt(task, row.number), row.host});
    }
  }
  // A task that was never placed has no runner that could forget it.
  void operator()(const event::TaskEnded& e) {
    const TaskState& row = workflow_.task(e.task);
    if (row.placed_at.is_set()) out_.push_back(effect::Forget{attempt(e.task, e.number), row.host});
  }
  void operator()(const event::TaskRescheduled& e) {
    out_.push_back(effect::Forget{attempt(e.task, e.number), workflow_.past.back().host});
  }
  void operator()(const event::WorkflowMoved& e) {
    if (is_finished(e.to)) out_.push_back(effect::Finish{workflow_.key});
  }
  void operator()(const event::Submitted&) {}
  // The task was paused while this attempt was on its way.
  void operator()(const event::AttemptStarted& e) {
    if (is_paused(workflow_, e.task)) pause(e.task);
  }
  void operator()(const event::Paused& e) {
    if (e.task && runs_on(*e.task)) pause(*e.task);
  }
  void operator()(const event::Resumed& e) {
    if (e.task && runs_on(*e.task)) out_.push_back(effect::Continue{latest(*e.task), workflow_.task(*e.task).host});
  }
  void operator()(const event::AttemptAtBarrier&) {}
  void operator()(const event::RetryDue&) {}
  void operator()(const event::GroupMoved&) {}
  void operator()(const event::CancelAsked&) {}
  void operator()(const event::Reopened&) {}
  void operator()(const event::LimitSet&) {}
  void operator()(const event::GroupPreempted&) {}
  void operator()(const event::GroupRequeued&) {}

 private:
  bool runs_on(TaskIndex task) const {
    const TaskState& row = workflow_.task(task);
    return row.status == Status::kRunning && row.stopping == StopReason::kNone;
  }
  void pause(TaskIndex task) { out_.push_back(effect::Pause{latest(task), workflow_.task(task).host}); }
  AttemptId latest(TaskIndex task) const { return attempt_of(state_, workflow_, task); }
  AttemptId attempt(TaskIndex task, std::uint32_t number) const {
    return {state_.instance, workflow_.key, task, number};
  }

  const State& state_;
  const WorkflowState& workflow_;
  std::vector<Effect>& out_;
};

void pending_of(const State& state, const WorkflowState& workflow, TaskIndex task, std::vector<Effect>& out) {
  const TaskState& row = workflow.task(task);
  const AttemptId attempt = attempt_of(state, workflow, task);
  // It must not begin now. A host that never heard of it answers that it is lost, and the reason of the stop decides.
  if (row.stopping != StopReason::kNone) {
    out.push_back(
        effect::Stop{attempt, row.host, row.stopping, incarnation_of(workflow, task), force_of(workflow, task)});
    return;
  }
  // What it was told last; the host may have heard neither.
  if (row.status == Status::kRunning && workflow.task_pauses.contains(task)) {
    if (is_paused(workflow, task)) {
      out.push_back(effect::Pause{attempt, row.host});
    } else {
      out.push_back(effect::Continue{attempt, row.host});
    }
  }
  if (has_begun(workflow, task)) return;
  if (const std::uint32_t incarnation = incarnation_of(workflow, task); incarnation > 0) {
    out.push_back(effect::Restart{attempt, row.host, row.gpus, incarnation});
  } else {
    out.push_back(effect::Start{attempt, row.host, row.gpus, attempt_ahead(state, workflow, task)});
  }
  if (row.barrier == AtBarrier::kPassed) out.push_back(effect::Release{attempt, row.host});
}

}  // namespace

void effects_of(const State& state, const Event& event, std::vector<Effect>& out) {
  const WorkflowState* workflow = state.find(event.workflow);
  if (workflow == nullptr) return;
  std::visit(EffectsOf(state, *workflow, out), event.what);
}

void pending_effects(const State& state, HostId host, std::vector<Effect>& out) {
  for (const auto& [key, workflow] : state.workflows) {
    if (workflow.active == 0) continue;
    for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
      const TaskState& row = workflow.tasks[t];
      if (is_active(row.status) && row.host == host) pending_of(state, workflow, TaskIndex(t), out);
    }
  }
}

}  // namespace sennit::core

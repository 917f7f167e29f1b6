#include "core/settle.h"

#include "core/aggregate.h"
#include "core/end_reasons.h"
#include "core/preempt.h"
#include "core/stop_rules.h"

namespace sennit::core {
namespace {

// One workflow's rules. All of them may be asked at any time; what holds already makes no event.
class Settler {
 public:
  Settler(Decider& decider, WorkflowState& workflow, std::size_t budget)
      : decider_(decider), workflow_(workflow), budget_(budget) {}

  bool settle() {
    while (settle_one()) {
      if (decider_.made() >= budget_) return false;
    }
    settle_workflow();
    return true;
  }

 private:
  // False: nothing is left.
  bool settle_one() {
    if (!workflow_.unsettled.empty()) {
      const GroupIndex group = workflow_.unsettled.back();
      workflow_.unsettled.pop_back();
      workflow_.group(group).unsettled = false;
      settle_group(group);
      return true;
    }
    if (!workflow_.doomed.empty()) {
      const GroupIndex group = workflow_.doomed.back();
      workflow_.doomed.pop_back();
      doom(group);
      return true;
    }
    if (workflow_.canceled && workflow_.swept < workflow_.groups.size()) {
      sweep(GroupIndex(workflow_.swept++));
      return true;
    }
    return false;
  }

  void settle_group(GroupIndex group) {
    if (is_group_finished(workflow_.group(group).status)) return;
    if (workflow_.group(group).preempted) settle_preempted(decider_, workflow_, group);
    const GangState* gang = workflow_.gang(group);
    if (gang == nullptr) return settle_single(group);
    const std::uint32_t unfinished = gang->counts.unfinished();
    if (unfinished > gang->stopping) end_gang_if_due(group, *gang);
    release_barrier_if_due(group, *gang);
    if (gang->counts.unfinished() == 0) {
      finish_group(group, group_outcome(gang->counts, workflow_.task(gang->lead).status, nonlead(group)));
    }
  }

  void settle_single(GroupIndex group) {
    const Status status = workflow_.task(workflow_.spec->group(group).first_task).status;
    if (!is_group_finished(status)) return;
    StatusCounts counts;
    counts.add(status);
    finish_group(group, group_outcome(counts, status, NonleadStatus::kCounts));
  }

  NonleadStatus nonlead(GroupIndex group) const {
    return workflow_.spec->group(group).ignore_nonlead_status ? NonleadStatus::kIgnored : NonleadStatus::kCounts;
  }

  // The lead's end is the end of all; where all count, so is any failure.
  void end_gang_if_due(GroupIndex group, const GangState& gang) {
    if (is_group_finished(workflow_.task(gang.lead).status)) return end_gang(group, StopReason::kLeadFinished);
    const bool failed = gang.counts.count_if([](Status s) { return is_failed(s); }) > 0;
    if (failed && nonlead(group) == NonleadStatus::kCounts) end_gang(group, StopReason::kGroupFailed);
  }

  void end_gang(GroupIndex group, StopReason reason) {
    for (const TaskIndex task : TaskRange(workflow_.spec->group(group))) {
      if (is_group_finished(workflow_.task(task).status)) continue;
      decider_.stop_task(workflow_, task, reason, verdict_of_stop(workflow_, task, reason, decider_.now()));
    }
  }

  // Released when everybody who is still needed is there (or went through before, and is running).
  void release_barrier_if_due(GroupIndex group, const GangState& gang) {
    if (gang.parked == 0 || gang.parked + gang.passed < gang.counts.unfinished()) return;
    decider_.decide(workflow_.key, event::BarrierReleased{group});
  }

  void finish_group(GroupIndex group, Status to) {
    decider_.decide(workflow_.key, event::GroupMoved{group, to, reason_of_group(workflow_, group)});
  }

  // Its upstream failed, so it never started. A cancellation has its own word for that, and comes to it.
  void doom(GroupIndex group) {
    if (is_group_finished(workflow_.group(group).status) || workflow_.canceled) return;
    for (const TaskIndex task : TaskRange(workflow_.spec->group(group))) {
      if (is_group_finished(workflow_.task(task).status)) continue;
      decider_.end_task(workflow_, task, verdict_of_upstream());
    }
  }

  void sweep(GroupIndex group) {
    if (is_group_finished(workflow_.group(group).status)) return;
    const StopReason reason = reason_of(*workflow_.canceled);
    for (const TaskIndex task : TaskRange(workflow_.spec->group(group))) {
      if (is_group_finished(workflow_.task(task).status)) continue;
      decider_.stop_task(workflow_, task, reason, verdict_of_sweep(workflow_, task, decider_.now()),
                         {.force = workflow_.canceled->force});
    }
  }

  void settle_workflow() {
    if (is_finished(workflow_.status)) return;
    // Since its first task did, also if nothing runs any more by the time that it is looked at.
    if (workflow_.status == WorkflowStatus::kPending && workflow_.started_at.is_set()) {
      decider_.decide_at(workflow_.key, workflow_.started_at, event::WorkflowMoved{WorkflowStatus::kRunning, {}});
    }
    WorkflowStatus status = aggregate_workflow(workflow_.group_counts);
    // What could not start any more counts as cancelled; what ended the workflow is its time limit all the same.
    const bool timed_out = workflow_.canceled && workflow_.canceled->reason == StopReason::kWorkflowTimeout;
    if (timed_out && status == WorkflowStatus::kFailedCanceled) status = WorkflowStatus::kFailedExecTimeout;
    if (status == WorkflowStatus::kPending || status == workflow_.status) return;
    std::string message;
    if (is_failed(status)) message = workflow_.canceled ? workflow_.canceled->message : reason_of_failure(workflow_);
    decider_.decide(workflow_.key, event::WorkflowMoved{status, std::move(message)});
  }

  Decider& decider_;
  WorkflowState& workflow_;
  std::size_t budget_;
};

}  // namespace

bool settle(Decider& decider, std::size_t budget) {
  State& state = decider.state();
  while (!state.unsettled.empty()) {
    WorkflowState* workflow = state.find(state.unsettled.back());
    if (workflow != nullptr) {
      if (!Settler(decider, *workflow, budget).settle()) return false;
      workflow->listed_unsettled = false;
    }
    state.unsettled.pop_back();
  }
  return true;
}

}  // namespace sennit::core

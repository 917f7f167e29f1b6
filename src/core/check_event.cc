#include <fmt/format.h>

#include <string_view>

#include "core/apply.h"
#include "core/incarnation.h"
#include "core/pause.h"
#include "core/reopen.h"
#include "core/succession.h"
#include "core/transition.h"

namespace sennit::core {
namespace {

Error corrupt(std::string message) { return {ErrorCode::kCorrupt, std::move(message)}; }

// One overload per kind of event: whether it can follow.
class Check {
 public:
  explicit Check(const WorkflowState& workflow) : workflow_(workflow) {}

  Result<void> operator()(const event::Submitted&) const { return corrupt("the workflow is submitted a second time"); }
  Result<void> operator()(const event::AttemptPlaced& e) const {
    if (e.behind) SENNIT_TRY(can_be_followed(*e.behind));
    if (e.task.value() < workflow_.tasks.size() && is_behind(workflow_, e.task)) return latest(e.task, e.number);
    return attempt(e.task, e.number, TaskEvent::kPlace);
  }
  Result<void> operator()(const event::AttemptStarted& e) const {
    SENNIT_TRY(command(e.task, e.number, e.incarnation));
    const bool runs_on = workflow_.task(e.task).status == Status::kRunning && !has_begun(workflow_, e.task);
    return runs_on ? Result<void>() : attempt(e.task, e.number, TaskEvent::kStart);
  }
  Result<void> operator()(const event::AttemptAtBarrier& e) const {
    SENNIT_TRY(command(e.task, e.number, e.incarnation));
    return active(e.task, e.number);
  }
  Result<void> operator()(const event::AttemptRestarted& e) const {
    SENNIT_TRY(active(e.task, e.number));
    if (e.incarnation == incarnation_of(workflow_, e.task) + 1) return {};
    return corrupt(fmt::format("task {} is restarted out of turn", e.task.value()));
  }
  Result<void> operator()(const event::AttemptStopping& e) const { return active(e.task, e.number); }
  Result<void> operator()(const event::TaskEnded& e) const {
    if (!is_group_finished(e.to)) return corrupt("a task ends in a status that is not an end");
    return attempt(e.task, e.number, task_event_to(e.to));
  }
  Result<void> operator()(const event::TaskRescheduled& e) const { return active(e.task, e.number); }
  Result<void> operator()(const event::RetryDue& e) const { return attempt(e.task, e.number, TaskEvent::kQueue); }

  Result<void> operator()(const event::BarrierReleased& e) const {
    SENNIT_TRY(known(e.group));
    if (workflow_.gang(e.group) == nullptr) return corrupt("a barrier is released in a group of one task");
    return {};
  }
  Result<void> operator()(const event::GroupMoved& e) const {
    SENNIT_TRY(known(e.group));
    if (!is_group_finished(e.to)) return corrupt("a group is moved to a status that follows from its tasks");
    if (group_move(workflow_.group(e.group).status, group_event_to(e.to)).verdict == Verdict::kGo) return {};
    return corrupt(fmt::format("group {} cannot move from {} to {}", e.group.value(),
                               to_string(workflow_.group(e.group).status), to_string(e.to)));
  }
  Result<void> operator()(const event::WorkflowMoved& e) const {
    if (workflow_move(workflow_.status, workflow_event_to(e.to)).verdict == Verdict::kGo) return {};
    return corrupt(fmt::format("the workflow cannot move from {} to {}", to_string(workflow_.status), to_string(e.to)));
  }
  Result<void> operator()(const event::LimitSet& e) const {
    if (e.group) SENNIT_TRY(known(*e.group));
    if (!is_finished(workflow_.status)) return {};
    return corrupt("a limit of a finished workflow is set");
  }
  Result<void> operator()(const event::CancelAsked&) const {
    if (!is_finished(workflow_.status)) return {};
    return corrupt("a finished workflow is canceled");
  }
  Result<void> operator()(const event::Reopened&) const {
    if (can_reopen(workflow_)) return {};
    return corrupt(fmt::format("a workflow that is {} is reopened", to_string(workflow_.status)));
  }

  Result<void> operator()(const event::Paused& e) const { return check_paused(workflow_, e); }
  Result<void> operator()(const event::Resumed& e) const { return check_resumed(workflow_, e); }
  Result<void> operator()(const event::GroupPreempted& e) const {
    SENNIT_TRY(known(e.group));
    const GroupState& group = workflow_.group(e.group);
    const bool runs = group.status == Status::kInitializing || group.status == Status::kRunning;
    if (runs && !group.preempted) return {};
    return corrupt(fmt::format("group {} is preempted while it does not run", e.group.value()));
  }
  Result<void> operator()(const event::GroupRequeued& e) const {
    SENNIT_TRY(known(e.group));
    const auto found = workflow_.preemptions.find(e.group);
    if (found != workflow_.preemptions.end() && found->second.phase == Preemption::Phase::kStopping &&
        can_be_queued(e.group)) {
      return {};
    }
    return corrupt(fmt::format("group {} is queued again, which nothing led to", e.group.value()));
  }

 private:
  // Nothing of it runs, and something is left of it.
  bool can_be_queued(GroupIndex group) const {
    bool waits = false;
    for (const TaskIndex task : TaskRange(workflow_.spec->group(group))) {
      const Status status = workflow_.task(task).status;
      if (is_active(status)) return false;
      waits = waits || !is_group_finished(status);
    }
    return waits;
  }
  Result<void> known(GroupIndex group) const {
    if (group.value() < workflow_.groups.size()) return {};
    return corrupt(fmt::format("no group {}", group.value()));
  }
  Result<void> latest(TaskIndex task, std::uint32_t number) const {
    if (task.value() >= workflow_.tasks.size()) return corrupt(fmt::format("no task {}", task.value()));
    if (workflow_.task(task).number == number) return {};
    return corrupt(fmt::format("task {} is at attempt {}, not {}", task.value(), workflow_.task(task).number, number));
  }
  Result<void> attempt(TaskIndex task, std::uint32_t number, TaskEvent wanted) const {
    SENNIT_TRY(latest(task, number));
    const Move<Status> move = task_move(workflow_.task(task).status, wanted);
    if (move.verdict == Verdict::kGo) return {};
    return corrupt(fmt::format("task {} is {}, which the event does not follow", task.value(),
                               to_string(workflow_.task(task).status)));
  }
  Result<void> command(TaskIndex task, std::uint32_t number, std::uint32_t incarnation) const {
    SENNIT_TRY(latest(task, number));
    if (incarnation == incarnation_of(workflow_, task)) return {};
    return corrupt(fmt::format("task {} is not at incarnation {}", task.value(), incarnation));
  }
  Result<void> can_be_followed(TaskIndex ahead) const {
    const bool good =
        ahead.value() < workflow_.tasks.size() && is_seated(workflow_, ahead) && !workflow_.next_up.contains(ahead);
    return good ? Result<void>() : corrupt(fmt::format("nothing can wait behind task {}", ahead.value()));
  }
  Result<void> active(TaskIndex task, std::uint32_t number) const {
    SENNIT_TRY(latest(task, number));
    if (is_active(workflow_.task(task).status)) return {};
    return corrupt(fmt::format("task {} is {}, not active", task.value(), to_string(workflow_.task(task).status)));
  }

  const WorkflowState& workflow_;
};

}  // namespace

Result<void> check_event(const WorkflowState& workflow, const Event& event) {
  if (event.workflow != workflow.key) return corrupt("the event is another workflow's");
  return std::visit(Check(workflow), event.what);
}

}  // namespace sennit::core

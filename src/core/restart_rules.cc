#include "core/restart_rules.h"

#include <fmt/format.h>

#include <utility>

#include "core/incarnation.h"

namespace sennit::core {
namespace {

// Whether its command may have done something by now: without a barrier that is not known before it says so.
bool may_have_begun(const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  if (has_begun(workflow, task)) return true;
  const bool barrier = workflow.spec->group(workflow.spec->tasks[task.value()].group).barrier;
  return is_active(row.status) && (!barrier || row.barrier == AtBarrier::kPassed);
}

}  // namespace

void restart_in_place(Decider& decider, const WorkflowState& workflow, TaskIndex task,
                      event::AttemptRestarted::Cause cause, Verdicted before) {
  decider.decide(workflow.key,
                 event::AttemptRestarted{task, workflow.task(task).number, incarnation_of(workflow, task) + 1, cause,
                                         before.exit_code, std::move(before.message)});
}

void restart_others(Decider& decider, const WorkflowState& workflow, TaskIndex task) {
  const GroupIndex group = workflow.spec->tasks[task.value()].group;
  const GangState* gang = workflow.gang(group);
  if (gang == nullptr) return;
  if (gang->lead != task && workflow.spec->group(group).ignore_nonlead_status) return;
  for (const TaskIndex other : TaskRange(workflow.spec->group(group))) {
    if (other == task || workflow.task(other).stopping != StopReason::kNone || !may_have_begun(workflow, other)) {
      continue;
    }
    Verdicted killed;
    killed.message = fmt::format("with {} of its group", workflow.spec->name_of(task));
    restart_in_place(decider, workflow, other, event::AttemptRestarted::Cause::kGroup, std::move(killed));
  }
}

}  // namespace sennit::core

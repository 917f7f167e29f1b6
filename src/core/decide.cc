#include "core/decide.h"

namespace sennit::core {

void Decider::stop_task(const WorkflowState& workflow, TaskIndex task, StopReason reason, Verdicted if_inactive) {
  const TaskState& row = workflow.task(task);
  if (is_group_finished(row.status)) return;
  if (!is_active(row.status)) {
    end_task(workflow, task, std::move(if_inactive));
    return;
  }
  if (is_final_stop(row.stopping)) return;
  decide(workflow.key, event::AttemptStopping{task, row.number, reason});
}

}  // namespace sennit::core

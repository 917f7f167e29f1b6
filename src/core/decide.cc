#include "core/decide.h"

#include "core/cost.h"
#include "core/stop_rules.h"

namespace sennit::core {

void Decider::decide(WorkflowKey workflow, event::AttemptPlaced placed) {
  const auto host = state_.hosts.find(placed.host);
  if (host != state_.hosts.end() && !placed.gpus.empty()) {
    const ResourceRequest& request = state_.find(workflow)->spec->resources_of(placed.task);
    placed.gpu_part = part_by_memory(request, host->second.capacity, placed.gpus);
  }
  decide_at(workflow, now_, placed);
}

void Decider::stop_task(const WorkflowState& workflow, TaskIndex task, StopReason reason, Verdicted if_inactive,
                        const StopOrder& order) {
  const TaskState& row = workflow.task(task);
  if (is_group_finished(row.status)) return;
  if (!is_active(row.status)) {
    end_task(workflow, task, std::move(if_inactive));
    return;
  }
  const bool stopping = is_final_stop(row.stopping);
  const bool forced_anew = order.force == StopForce::kAtOnce && force_of(workflow, task) == StopForce::kGrace;
  if (stopping && !forced_anew) return;
  decide(workflow.key, event::AttemptStopping{task, row.number, stopping ? row.stopping : reason, order.force,
                                              order.user, order.message});
}

}  // namespace sennit::core

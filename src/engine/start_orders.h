// What a runner is told to start an attempt: the body as stored, and what only the engine knows (which attempt of a
// producer made the input, where the others of the group are).
#pragma once

#include <string>

#include "core/state.h"
#include "model/effect.h"
#include "model/order.h"

namespace sennit::engine {

// What the attempt may use of each of its devices, if it shares them: of the smallest, where they differ.
void set_gpu_part(StartOrder& order, const HostCapacity& host, const core::TaskNeeds& needs);

// `runs_dir` is that of all workflows.
StartOrder start_order(const core::WorkflowState& workflow, const effect::Start& start, const std::string& runs_dir);

// The same for an attempt whose command is started again in place.
StartOrder restart_order(const core::WorkflowState& workflow, const effect::Restart& restart,
                         const std::string& runs_dir);

// The loopback address that stands for a task: tasks of one host share its network, but listen on the same port
// numbers. Distinct within a workflow, and for workflows that run at the same time in all likelihood.
std::string loopback_address(WorkflowKey workflow, TaskIndex task);

}  // namespace sennit::engine

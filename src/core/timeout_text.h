// The messages of time limits: which one it was, where it is set, and what the time was spent on.
#pragma once

#include <string>

#include "core/shortage_text.h"
#include "core/state.h"

namespace sennit::core {

// "ran longer than the set limit of 2h (timeout.exec_timeout)"; with how long, where that is far beyond it.
std::string exec_timeout_text(const WorkflowState& workflow, TaskIndex task, Instant at);
std::string workflow_timeout_text(const WorkflowState& workflow, Instant at);

// "Resource timeout: waited 6h for 4 GPUs; 2 free, 6 of 8 held by sweep-3/train, sweep-3/fit. Queued longer than ..."
std::string queue_timeout_text(const WorkflowState& workflow, TaskIndex task, const Shortfall& shortfall, Instant at);

std::string start_timeout_text(const WorkflowState& workflow, TaskIndex task);

// "it is stopped in 1h12m if it still runs then (timeout.exec_timeout: 2h)": the limit that `task` comes to next. "":
// none.
std::string next_limit_text(const WorkflowState& workflow, TaskIndex task, Instant now);

}  // namespace sennit::core

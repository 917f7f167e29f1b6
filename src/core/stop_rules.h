// What a task counts as when it did not end by itself, and the words for it.
#pragma once

#include "core/exit_rules.h"
#include "core/state.h"
#include "model/event.h"

namespace sennit::core {

// The end of `task` for `reason`, whether it ran (its exit has arrived) or not. Not for kNone and kGroupRestart.
Verdicted verdict_of_stop(const WorkflowState& workflow, TaskIndex task, StopReason reason);

// The end of a task whose upstream failed, or whose wait was too long.
Verdicted verdict_of_upstream();
Verdicted verdict_of_queue_timeout(const WorkflowState& workflow, TaskIndex task);

// The end of a task that had not started when the whole workflow was told to stop.
Verdicted verdict_of_sweep(const WorkflowState& workflow, TaskIndex task);

// The reason that a cancellation gives to running tasks.
StopReason reason_of(const event::CancelAsked& cancel);

}  // namespace sennit::core

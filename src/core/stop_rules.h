// What a task counts as when it did not end by itself, and the words for it.
#pragma once

#include <string>
#include <string_view>

#include "core/exit_rules.h"
#include "core/state.h"
#include "model/event.h"

namespace sennit::core {

// The end of `task` at `at` for `reason`, whether it ran (its exit has arrived) or not. Not for kNone and
// kGroupRestart.
Verdicted verdict_of_stop(const WorkflowState& workflow, TaskIndex task, StopReason reason, Instant at);

// The end of a task whose upstream failed.
Verdicted verdict_of_upstream();

// The end of a task that had not started when the whole workflow was told to stop.
Verdicted verdict_of_sweep(const WorkflowState& workflow, TaskIndex task, Instant at);

// The reason that a cancellation gives to running tasks.
StopReason reason_of(const event::CancelAsked& cancel);

// "Task was canceled by user: ada. wrong data"
std::string cancel_text(std::string_view user, std::string_view message);

// Whether the attempt that is stopping has been told to do so without a grace period.
StopForce force_of(const WorkflowState& workflow, TaskIndex task);

// When somebody asked for the end that `reason` means; not set: nobody did.
Instant cancel_asked_at(const WorkflowState& workflow, TaskIndex task, StopReason reason);

// For apply.
void note_stop(WorkflowState& workflow, const event::AttemptStopping& stopping, Instant at);

}  // namespace sennit::core

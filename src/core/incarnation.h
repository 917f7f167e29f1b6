// The incarnations of an attempt's command: it may be started again in place (event::AttemptRestarted), and a report
// about the one before can come later than the order. WorkflowState::restarts holds what is rare; a task that was never
// restarted is not in it.
#pragma once

#include <cstdint>

#include "core/state.h"

namespace sennit::core {

// Of the present attempt's command, from 0.
std::uint32_t incarnation_of(const WorkflowState& workflow, TaskIndex task);

// The command runs, and was not told to start again since. An attempt that has begun needs no order to start.
bool has_begun(const WorkflowState& workflow, TaskIndex task);

// How often the task was tried again, as far as that counts against its limit.
std::uint32_t retries_used(const WorkflowState& workflow, TaskIndex task);

// For apply. `message`: as in TaskState.
void note_restart(WorkflowState& workflow, const event::AttemptRestarted& restarted, std::uint32_t message);
// Its command runs, or its attempt has ended.
void note_begun_or_over(WorkflowState& workflow, TaskIndex task);
void note_new_attempt(WorkflowState& workflow, TaskIndex task);

}  // namespace sennit::core

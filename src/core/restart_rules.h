// When commands are started again in place (reference: sections 4.4 and 4.5).
#pragma once

#include "core/decide.h"
#include "core/exit_rules.h"

namespace sennit::core {

// The attempt goes on with its next command. `before`: how the one before ended, as far as it did by itself.
void restart_in_place(Decider& decider, const WorkflowState& workflow, TaskIndex task,
                      event::AttemptRestarted::Cause cause, Verdicted before);

// `task` is about to be rescheduled or restarted. The others of its group start again with the lead, and with any task
// of a group in which all of them count; those that have not begun come to the barrier anyway.
void restart_others(Decider& decider, const WorkflowState& workflow, TaskIndex task);

}  // namespace sennit::core

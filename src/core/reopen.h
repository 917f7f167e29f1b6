// A finished workflow goes on: what a reopening is.
//
// The transition tables have no way out of a terminal status, and need none: as with a rescheduled task, what begins
// again is a new row, which enters at SUBMITTING. Every group that did not complete gets one, with a new attempt of
// each of its tasks, also of those that had completed in it; the rows that were are kept as past attempts. The
// workflow's own row begins at PENDING, with clocks that have not started. Groups that completed stay, and so do their
// outputs.
#pragma once

#include "core/state.h"

namespace sennit::core {

// Finished, and something of it is left to do.
bool can_reopen(const WorkflowState& workflow);

// Replaces the rows; whoever applies the event submits them (apply.cc).
void begin_again(State& state, WorkflowState& workflow, Instant at);

}  // namespace sennit::core

// Events into state: the only writer of workflows, live and in replay.
//
// Threads: pure functions on their arguments. Errors: an event that cannot have happened is a bug of ours when live
// (SENNIT_CHECK) and a damaged journal in replay (`replay` returns kCorrupt and changes nothing).
#pragma once

#include <memory>

#include "base/result.h"
#include "core/state.h"
#include "core/status_moves.h"
#include "model/event.h"

namespace sennit::core {

// Adds a workflow. `event` holds an event::Submitted. Here and below, the statuses that moved are added to `moves`;
// null: nobody asks.
void apply_submitted(State& state, const Event& event, std::shared_ptr<const Workflow> spec,
                     StatusMoves* moves = nullptr);

// Any other event, of a workflow that is in the state.
void apply(State& state, const Event& event, StatusMoves* moves = nullptr);

// Whether `event` can follow on `workflow` as it is: positions in range, the transition tables say "go".
Result<void> check_event(const WorkflowState& workflow, const Event& event);

// check_event, then apply. kCorrupt.
Result<void> replay(State& state, const Event& event, StatusMoves* moves = nullptr);

// Puts in a workflow that was built elsewhere (a snapshot), with what it holds on hosts and in queues.
void adopt(State& state, WorkflowState workflow);

// Takes a workflow out, giving back whatever it holds: after its end is committed, or when its submission could not be.
void retire(State& state, WorkflowKey key);

// A workflow with every derived member filled in from the others. For snapshots and submissions.
void derive(WorkflowState& workflow);

}  // namespace sennit::core

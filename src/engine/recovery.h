// One stored workflow back into memory.
#pragma once

#include "base/result.h"
#include "core/state.h"
#include "model/ids.h"
#include "model/order.h"
#include "store/store.h"

namespace sennit::engine {

// The snapshot, or the submission, and then the journal's events through the same `apply` as when they happened.
// kCorrupt: it cannot be read by this release; the message says which part.
Result<core::WorkflowState> rebuild(InstanceId instance, const store::LiveWorkflow& stored);

// A finished workflow as it was at its end.
struct Revived {
  core::WorkflowState workflow;
  WorkflowContext context;
};
// kConflict: it is not finished; kCorrupt: it cannot be read, or is one that could not be read back when a server
// started, so that nobody knows what became of its tasks.
Result<Revived> revive(const store::StoredWorkflow& stored);

// The last moment that the workflow knows of; one in the future is a retry's.
Instant latest_time(const core::WorkflowState& workflow);

}  // namespace sennit::engine

// One stored workflow back into memory.
#pragma once

#include "base/result.h"
#include "core/state.h"
#include "model/ids.h"
#include "store/store.h"

namespace sennit::engine {

// The snapshot, or the submission, and then the journal's events through the same `apply` as when they happened.
// kCorrupt: it cannot be read by this release; the message says which part.
Result<core::WorkflowState> rebuild(InstanceId instance, const store::LiveWorkflow& stored);

}  // namespace sennit::engine

// What is left to do of a finished workflow, as a workflow of its own.
#pragma once

#include "core/state.h"
#include "model/workflow.h"

namespace sennit::api {

// The groups that did not complete, with their edges among each other. An input from a task that did complete becomes
// an input from the earlier workflow: its output directory is used where it lies. Fails: kConflict if every group
// completed.
Result<Workflow> remaining_of(const core::WorkflowState& finished);

}  // namespace sennit::api

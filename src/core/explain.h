// Why is it not running, and why did it fail: one sentence, the numbers behind it, and what to do next.
//
// Computed when somebody asks; costs up to one pass over the workflow's tasks.
#pragma once

#include <string>
#include <vector>

#include "base/instant.h"
#include "core/state.h"

namespace sennit::core {

struct Why {
  std::string headline;              // one sentence, without a full stop
  std::vector<std::string> details;  // numbers and names, one a line
  std::string hint;                  // a command to go on with; "": none
};

// Works for unfinished workflows and for finished ones (also from a snapshot: `state` then only knows the hosts).
Why explain_workflow(const State& state, const WorkflowState& workflow, Instant now);
Why explain_task(const State& state, const WorkflowState& workflow, TaskIndex task, Instant now);

}  // namespace sennit::core

// What `why` says of pools: who waits for a quota and who uses it up, who gave way to whom.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/shortage_text.h"
#include "core/space.h"
#include "core/state.h"

namespace sennit::core {

// What a group of that shape waits for, if it is its pool's quota: the numbers, and who uses it. `space`: what is free
// in `state`.
std::optional<Shortfall> quota_shortfall(const State& state, const WorkflowState& workflow, const Shape& shape,
                                         const Space& space);

// "preempted for train-7 (HIGH)", if the group gives way or waits to come back; else "".
std::string preemption_text(const WorkflowState& workflow, GroupIndex group);

// Adds who was told to give way to the workflow and has not gone yet.
void explain_claims(const State& state, const WorkflowState& workflow, std::vector<std::string>& details);

}  // namespace sennit::core

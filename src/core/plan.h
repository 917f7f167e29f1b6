// What follows from the state: rules of groups and workflows, deadlines, placements.
#pragma once

#include <cstddef>
#include <optional>

#include "base/instant.h"
#include "core/react.h"
#include "core/state.h"

namespace sennit::core {

// About how many events one call makes at most, so that a cascade over a million tasks becomes many commits of a
// bounded size. The rest is due at once: see next_deadline.
inline constexpr std::size_t kPlanBudget = 32'768;

// Settles what happened, fires deadlines up to `now`, and places what fits, in order of priority, submission and file
// position. Touches nothing that did not change: no scan of tasks, groups or workflows.
void plan(State& state, Instant now, EventSink& sink);

// When `plan` must be called again if nothing happens before: a timeout or a retry, or a time in the past if the last
// call left work behind. Nothing: never.
std::optional<Instant> next_deadline(const State& state);

}  // namespace sennit::core

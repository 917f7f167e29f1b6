// Events into what must be done in the world.
#pragma once

#include <vector>

#include "core/state.h"
#include "model/effect.h"
#include "model/event.h"

namespace sennit::core {

// Appends the effects of `event`, which has just been applied to `state`. They may be carried out once it is committed.
void effects_of(const State& state, const Event& event, std::vector<Effect>& out);

// Appends what was told to `host` and has no result yet: starts and restarts of attempts that were placed there and
// have not reported since, stops, pauses and releases. Linear in the number of live tasks; for a host that (re)joins.
// Repeating them is harmless.
void pending_effects(const State& state, HostId host, std::vector<Effect>& out);

}  // namespace sennit::core

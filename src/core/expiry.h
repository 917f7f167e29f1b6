// Deadlines that have come: what ends because of them.
//
// A time limit can pass while a host is not connected, above all while no server was running. What became of its
// attempts meanwhile is known when the host is there again (or lost), so a limit on them waits for that: an attempt
// that had ended is not counted as timed out, and one that still runs is stopped at once.
#pragma once

#include <cstddef>
#include <optional>

#include "core/decide.h"

namespace sennit::core {

// Fires what is due until `decider` has made `budget` events. True: nothing due is left.
bool expire(Decider& decider, std::size_t budget);

// When something is due next.
std::optional<Instant> next_expiry(const State& state);

// A host joined or was lost: what was postponed is looked at again.
void resume_postponed(State& state);

}  // namespace sennit::core

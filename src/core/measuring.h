// When a load-balanced placement has to ask how busy the devices are.
//
// Nothing is measured in between: a host is asked when a task is about to be placed that could go to either of several
// devices, and what it says holds for kFresh. What Sennit itself has placed counts as busy at once (core/gpu_room.h).
#pragma once

#include <chrono>
#include <vector>

#include "base/instant.h"
#include "core/react.h"
#include "core/room.h"
#include "core/shape.h"
#include "core/state.h"

namespace sennit::core {

inline constexpr Micros kFresh = std::chrono::seconds(2);

// Whether `shape` has to wait for a measurement before it takes `seats` in `rooms`. Hosts that were not asked yet are
// asked; whoever can measure always answers (effect::Measure), so nothing waits for ever.
bool must_measure(State& state, const std::vector<Room>& rooms, const Shape& shape, const std::vector<Seat>& seats,
                  Instant now, EventSink& sink);

}  // namespace sennit::core

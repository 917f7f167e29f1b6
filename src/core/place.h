// Gives resources to what waits for them.
//
// Order: what is guaranteed to a pool before what it borrows (there, pools take turns by weight); then priority, then
// submission, then file position; a group of tasks gets all it needs or nothing. Whoever cannot
// be placed does not hold up those that need something else (a group waiting for a GPU lets CPU-only ones pass), but
// keeps what it waits for: a device that becomes free is not snatched away by a younger and smaller request, so nobody
// starves. NORMAL and HIGH groups stay within their pool's guarantee, and may have LOW ones stopped (core/preempt.h).
#pragma once

#include <cstddef>

#include "core/decide.h"

namespace sennit::core {

// Until nothing more fits, or `decider` has made `budget` events. True: nothing more fits.
bool place(Decider& decider, std::size_t budget);

}  // namespace sennit::core

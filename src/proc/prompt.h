// Who waits for events and does little then should not wait for a turn behind those who compute.
#pragma once

namespace sennit::proc {

// Asks for short turns of the processor for the calling thread, which costs it nothing in sum: Linux (6.12 and later)
// lets a thread with short turns in before one in the middle of a long one. Needs no privilege, and children are not
// given it. Does nothing on a kernel that does not know of it.
void ask_for_short_turns();

}  // namespace sennit::proc

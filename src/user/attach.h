// The task's end of a channel that is attached to the task's own terminal (user/terminal.h): hands frames on between
// the client and that terminal.
//
// Threads: one; the process has no other purpose.
#pragma once

#include "user/channel.h"

namespace sennit::user {

// Until either goes. `task_ends`: a descriptor with a signalfd_siginfo to read when the task ends.
void serve_attached(FrameSocket client, const wire::ChannelRequest& request, const ChannelWorld& world, int task_ends);

}  // namespace sennit::user

// The signals that the entry process is sent, as something to poll: what its container's runtime says, for the command.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::user {

// Readable with a signalfd_siginfo for SIGCHLD and for each signal that is meant for the command. They are blocked from
// now on; SIGPIPE is ignored. Fails: kExhausted.
Result<UniqueFd> watch_signals();

}  // namespace sennit::user

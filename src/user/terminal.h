// `sennit-user terminal -- PROGRAM [ARGUMENT...]`: runs a task's command on a terminal of its own (`tty: true`), which
// outlives whoever looks at it.
//
// What the command prints goes to our standard output, and so into the task's log; those who are attached see it too,
// and type. They connect to an abstract Unix socket that is named by the attempt (terminal_address), and speak
// ChannelBytes and ChannelResize (wire/channel_messages). One that does not read is let go of: it must not hold the
// command back.
//
// Signals go on to the command's process group. We end as the command does: with its code, or by its signal.
//
// Threads: one.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

namespace sennit::user {

// The arguments of the program it runs. Returns the exit status.
int run_terminal(char** words);

struct TerminalAddress {
  sockaddr_un address{};
  socklen_t size = 0;
};

// `attempt`: the value of SENNIT_ATTEMPT.
TerminalAddress terminal_address(const std::string& attempt);

}  // namespace sennit::user

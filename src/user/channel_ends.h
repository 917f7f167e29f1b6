// What a channel is connected to on the task's side: the descriptors of a command or of a port.
#pragma once

#include <sys/types.h>

#include <array>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "user/channel.h"
#include "wire/channel_messages.h"

namespace sennit::user {

// None of the descriptors blocks. For a terminal and for a port, input and the first output are the same thing twice.
struct ChannelEnds {
  UniqueFd input;                   // what the client sends
  std::array<UniqueFd, 2> outputs;  // what goes to it: stdout (a terminal, a port), stderr
  pid_t pid = 0;                    // of the command; 0: there is none
  enum class Kind : std::uint8_t { kPipes, kTerminal, kStream, kDatagrams };
  Kind kind = Kind::kPipes;
};

// A command with no words is the shell: bash if there is one, else sh.
// Fails as start_program; kIo (no terminal can be had here).
Result<ChannelEnds> open_command(const wire::ChannelRequest& request, const ChannelWorld& world);

// Fails: kUnavailable (nobody listens there), kNotFound (no such host), kTimeout, kIo.
Result<ChannelEnds> open_port(const wire::ChannelRequest& request);

// For a connection that is not to end as if all were said.
void reset_at_close(const UniqueFd& socket);

void set_size(const UniqueFd& terminal, wire::TerminalSize size);

}  // namespace sennit::user

// The task's end of one channel (docs/formats/channel.md): a command beside the task's own, with a terminal or without
// one, or a connection to a port. One process serves one channel, and is in the task's world when it begins.
//
// When the client goes, the command gets SIGHUP as under sshd, and what ignores that has kHangUpTime. SIGTERM to us
// means that the task has ended: the client is told so, and the command is killed.
//
// Threads: one; the process has no other purpose. Errors: those of the request are told to the client.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "base/unique_fd.h"
#include "user/frame_socket.h"

namespace sennit::user {

inline constexpr Micros kHangUpTime = std::chrono::seconds(5);

// What a command of the channel finds, as the task's own command did.
struct ChannelWorld {
  std::vector<std::pair<std::string, std::string>> environment;  // on top of this process's
  std::string directory;                                         // "": where this process stands
  std::string more_path;                                         // at the end of PATH
};

// Serves the channel to its end. Signals of this process are taken over.
void serve_channel(FrameSocket socket, const ChannelWorld& world);

// `sennit-user channel FD`: as serve_channel on a connection that was handed down, in the world that we were started
// in.
int run_channel(int fd);

// The same in a child of this process, which goes on: the child lets go of all that is not its own. Fails: kExhausted.
Result<void> fork_channel(FrameSocket socket, const ChannelWorld& world);

}  // namespace sennit::user

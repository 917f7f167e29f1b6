#include "user/attach.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include "user/terminal.h"

namespace sennit::user {
namespace {

constexpr std::size_t kMostQueued = 256 * 1024;
constexpr int kFarewellMs = 2000;  // for the last frame to leave

std::string attempt_of(const ChannelWorld& world) {
  const auto named =
      std::ranges::find(world.environment, "SENNIT_ATTEMPT", &std::pair<std::string, std::string>::first);
  if (named != world.environment.end()) return named->second;
  const char* own = std::getenv("SENNIT_ATTEMPT");
  return own == nullptr ? "" : own;
}

Result<FrameSocket> reach_terminal(const ChannelWorld& world) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const TerminalAddress at = terminal_address(attempt_of(world));
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&at.address), at.size) != 0) {
    return Error(ErrorCode::kNotFound, "the task has no terminal to attach to: it is given one by `tty: true`");
  }
  FrameSocket terminal;
  terminal.adopt(std::move(socket));
  return terminal;
}

void say_last(FrameSocket& client, const wire::ChannelEnded& ended) {
  client.queue(ended);
  while (client.is_open() && client.queued() > 0) {
    pollfd state{.fd = client.fd(), .events = POLLOUT, .revents = 0};
    if (::poll(&state, 1, kFarewellMs) <= 0 || !client.send_queued()) return;
  }
}

// What one says goes to the other, as far as that takes it. False: it has gone.
bool pass(FrameSocket& from, FrameSocket& to) {
  const auto taken = from.receive([&to](const wire::Frame& frame) -> Result<bool> {
    SENNIT_ASSIGN(const wire::ChannelMessage message, wire::decode_channel_message(frame.type, frame.payload));
    to.queue(message);
    return to.queued() < kMostQueued;
  });
  return taken.ok() && from.is_open();
}

}  // namespace

void serve_attached(FrameSocket client, const wire::ChannelRequest& request, const ChannelWorld& world, int task_ends) {
  Result<FrameSocket> reached = reach_terminal(world);
  if (!reached) {
    return say_last(client,
                    {.how = wire::ChannelEnded::How::kRefused, .code = 0, .message = reached.error().message()});
  }
  FrameSocket& terminal = *reached;
  client.queue(wire::ChannelOpened());
  terminal.queue(wire::ChannelResize{request.size});
  bool both = true;
  while (both) {
    both = client.send_queued().ok() && terminal.send_queued().ok();
    std::array<pollfd, 3> fds = {pollfd{.fd = client.fd(), .events = 0, .revents = 0},
                                 pollfd{.fd = terminal.fd(), .events = 0, .revents = 0},
                                 pollfd{.fd = task_ends, .events = POLLIN, .revents = 0}};
    fds[0].events |=
        static_cast<short>((terminal.queued() < kMostQueued ? POLLIN : 0) | (client.queued() > 0 ? POLLOUT : 0));
    fds[1].events |=
        static_cast<short>((client.queued() < kMostQueued ? POLLIN : 0) | (terminal.queued() > 0 ? POLLOUT : 0));
    if (!both || (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR)) break;
    if (fds[2].revents != 0) break;
    // Also when neither has said anything new: what the other had no room for is in our hands.
    if (terminal.queued() < kMostQueued && !pass(client, terminal)) return;
    if (client.queued() < kMostQueued) both = pass(terminal, client);
  }
  say_last(client, {.how = wire::ChannelEnded::How::kBroken, .code = 0, .message = "the task has ended"});
}

}  // namespace sennit::user

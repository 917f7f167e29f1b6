// Where peers connect: a Unix socket at a path, for our own user only.
//
// Threads: the loop's. Ownership: destroying it ends listening and removes the socket file; connections stay.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "loop/loop.h"
#include "loop/unix_socket.h"

namespace sennit::wire {

class Listener {
 public:
  // `on_accept` gets the socket of each peer of our own user; others are closed at once.
  // Fails: as loop::UnixListener::open.
  static Result<Listener> open(loop::Loop& loop, const std::string& path, loop::Callback<void(UniqueFd)> on_accept);

 private:
  explicit Listener(loop::UnixListener listener) : listener_(std::move(listener)) {}
  loop::UnixListener listener_;
};

// The socket for a Connection to whoever listens at `path`. Fails: as loop::connect_unix; kUnavailable means that
// nobody is there.
Result<UniqueFd> connect(const std::string& path);

}  // namespace sennit::wire

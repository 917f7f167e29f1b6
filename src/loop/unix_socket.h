// Unix stream sockets by path: listening, connecting, and who is at the other end.
//
// Threads:   listen and connect anywhere; UnixListener on its loop's thread.
// Ownership: descriptors are handed over as UniqueFd, CLOEXEC and non-blocking unless said otherwise.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "loop/callback.h"
#include "loop/loop.h"

namespace sennit::loop {

// Who was at the other end when the connection was made, from the kernel.
struct Peer {
  uid_t uid = 0;
  pid_t pid = 0;
  bool is_us() const;  // the same effective user as this process
};

// A path to a socket that is short enough for its address, by way of the directory if need be, which stays open as long
// as the path is of use. Fails: kNotFound, kIo (the directory).
struct SocketPath {
  UniqueFd directory;
  std::string path;
};
Result<SocketPath> short_path(const std::string& socket);

// Who may listen where we connect to. kAnyone is for services of the system, whose path is one that only they can have.
enum class Listener : std::uint8_t { kUs, kAnyone };

// Connects to a listening socket; returns a connection whose listener is our own user, unless told otherwise. Does not
// wait (a full backlog is kUnavailable). The descriptor is non-blocking.
// Fails: kUnavailable (no socket there, or nobody listens on it), kInvalid (path longer than a socket address can
// hold), kConflict (another user's socket), kIo.
Result<UniqueFd> connect_unix(const std::string& path, Listener listener = Listener::kUs);

Result<Peer> peer_of(const UniqueFd& connection);

// Accepts connections at a path until it is destroyed, which also removes the socket file.
class UnixListener {
 public:
  using OnAccept = Callback<void(UniqueFd, Peer)>;

  // Who may connect, by the mode of the socket file. kAnyone is for a socket in a directory that only those can reach
  // who may: the file of a container, whose processes have other users.
  enum class Access : std::uint8_t { kOwner, kAnyone };

  // Listens at `path`. A stale socket (nobody listens) is replaced; the caller holds the lock that
  // keeps two processes from replacing each other's. `on_accept` gets every connection, with its peer: refusing other
  // users is the caller's. When descriptors run out, accepting pauses and goes on by itself.
  // Fails: kConflict (somebody listens there, or the file is no socket), kInvalid (path too long), kIo, kExhausted.
  static Result<UnixListener> open(Loop& loop, const std::string& path, OnAccept on_accept,
                                   Access access = Access::kOwner);

  UnixListener(UnixListener&&) noexcept;
  UnixListener& operator=(UnixListener&&) noexcept;
  ~UnixListener();

 private:
  struct State;
  explicit UnixListener(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sennit::loop

#include "loop/unix_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "loop/lifetime.h"
#include "loop/timer.h"
#include "loop/watch.h"

namespace sennit::loop {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr Micros kAcceptPause = std::chrono::milliseconds(100);

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path || path.find('\0') != std::string::npos) {
    return Error(ErrorCode::kInvalid, "socket path '" + path + "' is empty or longer than " +
                                          std::to_string(sizeof address.sun_path - 1) + " bytes");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Result<UniqueFd> make_socket() {
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return Error::from_errno("make socket", errno);
  return fd;
}

const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

Error connect_failed(const std::string& path, int number) {
  const Error error = Error::from_errno("connect to " + path, number);
  // All three say "nobody is there now": no socket, no listener, a listener with a full queue.
  const bool absent = number == ENOENT || number == ECONNREFUSED || number == EAGAIN;
  return absent ? Error(ErrorCode::kUnavailable, error.message()) : error;
}

// 0 or errno.
int bind_to(const UniqueFd& fd, const sockaddr_un& address) {
  return ::bind(fd.get(), generic(address), sizeof address) == 0 ? 0 : errno;
}

// Removes a socket that nobody listens on; anything else at the path is somebody's and stays.
Result<void> remove_stale(const sockaddr_un& address, const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return Error::from_errno("look at " + path, errno);
  if (!S_ISSOCK(found.st_mode)) return Error(ErrorCode::kConflict, path + " exists and is no socket");
  SENNIT_ASSIGN(const UniqueFd probe, make_socket());
  if (::connect(probe.get(), generic(address), sizeof address) == 0 || errno == EAGAIN) {
    return Error(ErrorCode::kConflict, "another process listens on " + path);
  }
  if (errno != ECONNREFUSED) return Error::from_errno("probe " + path, errno);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return Error::from_errno("remove stale " + path, errno);
  return {};
}

Result<UniqueFd> listen_at(const std::string& path, UnixListener::Access access) {
  SENNIT_ASSIGN(const sockaddr_un address, address_of(path));
  SENNIT_ASSIGN(UniqueFd fd, make_socket());
  // Before bind: the file is made with these bits, so there is no moment in which others could connect, and the
  // process-wide umask is left alone.
  if (::fchmod(fd.get(), 0600) != 0) return Error::from_errno("set mode of " + path, errno);
  int refused = bind_to(fd, address);
  if (refused == EADDRINUSE) {
    SENNIT_TRY(remove_stale(address, path));
    refused = bind_to(fd, address);
  }
  if (refused != 0) return Error::from_errno("bind " + path, refused);
  // After bind: the umask cuts what a file is made with. Whoever may write to the directory could put a link there by
  // now, which is not followed.
  const bool anyone = access == UnixListener::Access::kAnyone;
  if (anyone && ::fchmodat(AT_FDCWD, path.c_str(), 0666, AT_SYMLINK_NOFOLLOW) != 0) {
    return Error::from_errno("set mode of " + path, errno);
  }
  if (::listen(fd.get(), SOMAXCONN) != 0) return Error::from_errno("listen on " + path, errno);
  return fd;
}

}  // namespace

bool Peer::is_us() const { return uid == ::geteuid(); }

Result<Peer> peer_of(const UniqueFd& connection) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(connection.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return Error::from_errno("ask for peer credentials", errno);
  }
  return Peer{.uid = credentials.uid, .pid = credentials.pid};
}

Result<SocketPath> short_path(const std::string& socket) {
  const std::size_t slash = socket.rfind('/');
  if (socket.size() < sizeof(sockaddr_un{}.sun_path) || slash == std::string::npos) {
    return SocketPath{.directory = {}, .path = socket};
  }
  const std::string directory = socket.substr(0, slash);
  UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return Error::from_errno("open " + directory, errno);
  std::string path = "/proc/self/fd/" + std::to_string(fd.get()) + socket.substr(slash);
  return SocketPath{.directory = std::move(fd), .path = std::move(path)};
}

Result<UniqueFd> connect_unix(const std::string& path, Listener listener) {
  SENNIT_ASSIGN(const sockaddr_un address, address_of(path));
  SENNIT_ASSIGN(UniqueFd fd, make_socket());
  if (::connect(fd.get(), generic(address), sizeof address) != 0) return connect_failed(path, errno);
  if (listener == Listener::kAnyone) return fd;
  SENNIT_ASSIGN(const Peer peer, peer_of(fd));
  if (!peer.is_us()) return Error(ErrorCode::kConflict, "another user listens on " + path);
  return fd;
}

struct UnixListener::State {
  State(Loop& the_loop, std::string the_path, UniqueFd the_socket, OnAccept function)
      : loop(the_loop),
        path(std::move(the_path)),
        socket(std::move(the_socket)),
        on_accept(std::move(function)),
        pause(the_loop) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    struct stat now {};
    const bool ours = ::lstat(path.c_str(), &now) == 0 && now.st_ino == file.st_ino && now.st_dev == file.st_dev;
    if (ours) ::unlink(path.c_str());
  }

  void accept_some() {
    const Lifetime::Guard guard(lifetime);
    // Moved out for the calls, one of which may destroy us and with us the function.
    OnAccept function = std::move(on_accept);
    for (int i = 0; i < kAcceptsPerTurn && !guard.ended(); ++i) {
      if (!accept_one(function)) break;
    }
    if (!guard.ended()) on_accept = std::move(function);
  }

  // False when there is nothing more to accept now.
  bool accept_one(OnAccept& function) {
    UniqueFd accepted(::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!accepted) {
      if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) pause_accepting();
      return false;
    }
    if (const Result<Peer> peer = peer_of(accepted)) function(std::move(accepted), *peer);
    return true;
  }

  // Out of descriptors: the pending connection keeps the socket readable, and without a pause the loop would spin.
  void pause_accepting() {
    watch.set(Interest::kNone);
    pause.arm_after(kAcceptPause, [this] { watch.set(Interest::kRead); });
  }

  Loop& loop;
  std::string path;
  struct stat file {};
  UniqueFd socket;
  OnAccept on_accept;
  Timer pause;
  Watch watch;
  Lifetime lifetime;
};

Result<UnixListener> UnixListener::open(Loop& loop, const std::string& path, OnAccept on_accept, Access access) {
  SENNIT_ASSIGN(UniqueFd socket, listen_at(path, access));
  auto state = std::make_unique<State>(loop, path, std::move(socket), std::move(on_accept));
  if (::lstat(path.c_str(), &state->file) != 0) return Error::from_errno("look at " + path, errno);
  SENNIT_ASSIGN(state->watch, Watch::add(loop, state->socket.get(), Interest::kRead,
                                         [raw = state.get()](Ready) { raw->accept_some(); }));
  return UnixListener(std::move(state));
}

UnixListener::UnixListener(std::unique_ptr<State> state) : state_(std::move(state)) {}
UnixListener::UnixListener(UnixListener&&) noexcept = default;
UnixListener& UnixListener::operator=(UnixListener&&) noexcept = default;
UnixListener::~UnixListener() = default;

}  // namespace sennit::loop

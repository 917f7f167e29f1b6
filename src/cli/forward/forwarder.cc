#include "cli/forward/forwarder.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <list>
#include <optional>
#include <utility>

#include "cli/forward/tcp_forward.h"
#include "cli/forward/udp_forward.h"
#include "loop/loop.h"
#include "loop/signals.h"
#include "loop/timer.h"
#include "loop/watch.h"

namespace sennit::cli {
namespace {

constexpr int kAcceptsPerTurn = 16;
constexpr Micros kRest = std::chrono::milliseconds(100);

// So that whoever is connected does not take it for an orderly end.
void reset(const UniqueFd& socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

class Forwarder::Impl {
 public:
  explicit Impl(ForwardOptions options) : options_(std::move(options)) {}

  Result<void> listen() {
    for (const PortPair& pair : options_.ports) {
      SENNIT_ASSIGN(std::vector<LocalSocket> sockets, open_local(options_.host, pair.local, options_.protocol));
      for (LocalSocket& socket : sockets) SENNIT_TRY(add(std::move(socket), pair.remote));
    }
    return {};
  }

  Result<void> run() {
    SENNIT_ASSIGN(const loop::Signals signals,
                  loop::Signals::open(loop_, {SIGINT, SIGTERM, SIGHUP}, [this](int /*number*/) { loop_.stop(); }));
    ::signal(SIGPIPE, SIG_IGN);
    loop_.run();
    if (over_) return *over_;
    return {};
  }

 private:
  struct Listening {
    UniqueFd fd;
    loop::Watch watch;
  };
  using Connections = std::list<std::unique_ptr<TcpForward>>;

  Result<void> add(LocalSocket socket, std::uint16_t remote) {
    options_.say(fmt::format("{} leads to port {} of the task", socket.address, remote));
    if (options_.protocol == Protocol::kUdp) {
      udp_.push_back(
          std::make_unique<UdpForward>(loop_, std::move(socket.fd), [this, remote] { return open_way(remote); }));
      return {};
    }
    Listening& listening = listening_.emplace_back();
    listening.fd = std::move(socket.fd);
    SENNIT_ASSIGN(listening.watch,
                  loop::Watch::add(loop_, listening.fd.get(), loop::Interest::kRead,
                                   [this, fd = listening.fd.get(), remote](loop::Ready) { accept(fd, remote); }));
    return {};
  }

  void accept(int listener, std::uint16_t remote) {
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
      UniqueFd socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!socket && (errno == EMFILE || errno == ENFILE)) return rest();
      if (!socket) return;
      Result<http::WebSocket::Start> start = open_way(remote);
      if (!start) {
        reset(socket);
        continue;
      }
      const auto self = connections_.emplace(connections_.end());
      *self = std::make_unique<TcpForward>(loop_, std::move(socket), std::move(*start),
                                           [this, self](const std::string& trouble) {
                                             if (!trouble.empty()) say_once(trouble);
                                             loop_.post([this, self] { connections_.erase(self); });
                                           });
    }
  }

  // Whoever wants in waits in the kernel's queue until others have gone.
  void rest() {
    say_once("there are no more descriptors to be had here: further connections wait (see ulimit -n)");
    for (Listening& listening : listening_) listening.watch.set(loop::Interest::kNone);
    rest_.arm_after(kRest, [this] {
      for (Listening& listening : listening_) listening.watch.set(loop::Interest::kRead);
    });
  }

  Result<http::WebSocket::Start> open_way(std::uint16_t remote) {
    Result<http::WebSocket::Start> start = options_.open(remote);
    if (start) return start;
    say_once(start.error().message());
    if (options_.is_over(start.error())) {
      over_ = start.error();
      loop_.stop();
    }
    return start;
  }

  // A client that tries again and again is not to fill the screen.
  void say_once(const std::string& trouble) {
    if (std::exchange(said_, trouble) != trouble) options_.say(trouble);
  }

  ForwardOptions options_;
  std::string said_;
  std::optional<Error> over_;
  loop::Loop loop_;
  loop::Timer rest_{loop_};
  std::list<Listening> listening_;
  Connections connections_;
  std::vector<std::unique_ptr<UdpForward>> udp_;
};

Result<std::unique_ptr<Forwarder>> Forwarder::open(ForwardOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  SENNIT_TRY(impl->listen());
  return std::unique_ptr<Forwarder>(new Forwarder(std::move(impl)));
}

Forwarder::Forwarder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Forwarder::~Forwarder() = default;
Result<void> Forwarder::run() { return impl_->run(); }

}  // namespace sennit::cli

#include "user/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <list>
#include <utility>
#include <vector>

#include "base/write_all.h"
#include "user/channel_ends.h"
#include "user/command.h"
#include "user/frame_socket.h"
#include "user/signals.h"

extern char** environ;

namespace sennit::user {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kMostUnread = 1024 * 1024;  // by somebody who is attached
constexpr std::size_t kMostTyped = 64 * 1024;     // and not taken by the command
constexpr std::size_t kRemembered = 4096;         // of what was printed last, for whoever comes
constexpr wire::TerminalSize kFirstSize{.rows = 24, .columns = 80};

bool is_ours(const UniqueFd& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::geteuid();
}

class Terminal {
 public:
  Terminal(ChannelEnds ends, UniqueFd signals, UniqueFd listener)
      : ends_(std::move(ends)),
        signals_(std::move(signals)),
        listener_(std::move(listener)),
        buffer_(kReadBytes, '\0') {}

  // The status of the command, as waitpid has it.
  int run() {
    while (!ended_ || ends_.outputs[0]) {
      wait();
      guests_.remove_if([](const FrameSocket& guest) { return !guest.is_open(); });
    }
    for (FrameSocket& guest : guests_) ignore(guest.send_queued(), "it is over");
    return status_;
  }

 private:
  void wait() {
    std::vector<pollfd> fds = {{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                               {.fd = ends_.outputs[0].get(), .events = POLLIN, .revents = 0},
                               {.fd = typed_.empty() ? -1 : ends_.input.get(), .events = POLLOUT, .revents = 0},
                               {.fd = listener_.get(), .events = POLLIN, .revents = 0}};
    for (const FrameSocket& guest : guests_) {
      short wanted = typed_.size() < kMostTyped ? POLLIN : 0;
      if (guest.queued() > 0) wanted |= POLLOUT;
      fds.push_back({.fd = guest.fd(), .events = wanted, .revents = 0});
    }
    // Once the command has ended, what it left has to come by itself: others may hold the terminal open.
    const int ready = ::poll(fds.data(), fds.size(), ended_ ? 250 : -1);
    if (ready == 0 && ended_) ends_.outputs[0].reset();
    if (ready <= 0) return;
    if (fds[0].revents != 0) on_signals();
    if (fds[1].revents != 0) on_output();
    if (fds[2].revents != 0) write_typed();
    std::size_t at = 4;
    for (FrameSocket& guest : guests_) {
      if (fds[at++].revents != 0) serve(guest);
    }
    if (fds[3].revents != 0) accept();
  }

  void on_signals() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
      const int number = static_cast<int>(info.ssi_signo);
      if (number != SIGCHLD && !ended_) ::kill(-ends_.pid, number);
    }
    if (!ended_ && ::waitpid(ends_.pid, &status_, WNOHANG) == ends_.pid) ended_ = true;
  }

  void on_output() {
    const ssize_t count = ::read(ends_.outputs[0].get(), buffer_.data(), buffer_.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return ends_.outputs[0].reset();  // nobody has it open any more
    const std::string_view bytes(buffer_.data(), static_cast<std::size_t>(count));
    ignore(write_all(STDOUT_FILENO, bytes, "write"), "the log's reader is the agent, which says what is missing");
    last_.append(bytes);
    if (last_.size() > 2 * kRemembered) last_.erase(0, last_.size() - kRemembered);
    for (FrameSocket& guest : guests_) {
      guest.queue(wire::ChannelBytes{wire::ChannelStream::kStdout, bytes});
      ignore(guest.send_queued(), "it is closed then");
      if (guest.queued() > kMostUnread) guest.close();
    }
  }

  void write_typed() {
    const ssize_t count = ::write(ends_.input.get(), typed_.data(), typed_.size());
    if (count > 0) typed_.erase(0, static_cast<std::size_t>(count));
    if (count < 0 && errno != EAGAIN && errno != EINTR) typed_.clear();
  }

  void serve(FrameSocket& guest) {
    const auto taken = guest.receive([this](const wire::Frame& frame) -> Result<bool> {
      SENNIT_ASSIGN(const wire::ChannelMessage message, wire::decode_channel_message(frame.type, frame.payload));
      if (const auto* bytes = std::get_if<wire::ChannelBytes>(&message)) typed_.append(bytes->bytes);
      if (const auto* resize = std::get_if<wire::ChannelResize>(&message)) set_size(ends_.input, resize->size);
      return true;
    });
    ignore(taken, "it is closed then");
    if (guest.is_open()) ignore(guest.send_queued(), "it is closed then");
    write_typed();
  }

  void accept() {
    UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket || !is_ours(socket)) return;
    guests_.emplace_back().adopt(std::move(socket));
    const std::string_view tail = std::string_view(last_).substr(last_.size() - std::min(last_.size(), kRemembered));
    if (!tail.empty()) guests_.back().queue(wire::ChannelBytes{wire::ChannelStream::kStdout, tail});
    ignore(guests_.back().send_queued(), "it is closed then");
  }

  ChannelEnds ends_;
  UniqueFd signals_;
  UniqueFd listener_;
  std::string buffer_;
  std::string typed_;
  std::string last_;
  std::list<FrameSocket> guests_;
  bool ended_ = false;
  int status_ = 0;
};

UniqueFd listen_for_guests() {
  const char* attempt = std::getenv("SENNIT_ATTEMPT");
  if (attempt == nullptr) return {};
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const TerminalAddress at = terminal_address(attempt);
  const bool listens = socket && ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&at.address), at.size) == 0 &&
                       ::listen(socket.get(), SOMAXCONN) == 0;
  if (!listens) std::fprintf(stderr, "sennit-user: nobody can attach to this terminal: %s\n", std::strerror(errno));
  return listens ? std::move(socket) : UniqueFd();
}

[[noreturn]] void end_by(int signal) {
  const rlimit none{};
  ::setrlimit(RLIMIT_CORE, &none);  // the command's is enough
  ::signal(signal, SIG_DFL);
  sigset_t all;
  ::sigemptyset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::raise(signal);
  ::_exit(128 + signal);
}

}  // namespace

TerminalAddress terminal_address(const std::string& attempt) {
  TerminalAddress at;
  const std::string name = "sennit-terminal-" + attempt;
  at.address.sun_family = AF_UNIX;
  const std::size_t length = std::min(name.size(), sizeof at.address.sun_path - 1);
  std::memcpy(at.address.sun_path + 1, name.data(), length);
  at.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  return at;
}

int run_terminal(char** words) {
  UniqueFd listener = listen_for_guests();
  Result<UniqueFd> signals = watch_signals();
  wire::ChannelRequest request{.terminal = true, .size = kFirstSize};
  for (; *words != nullptr; ++words) request.argv.emplace_back(*words);
  ::setenv("TERM", "xterm-256color", 0);
  Result<ChannelEnds> ends = open_command(request, {});
  if (!signals || !ends) {
    const Error& error = ends ? signals.error() : ends.error();
    std::fprintf(stderr, "sennit-user: %s\n", error.message().c_str());
    return error.code() == ErrorCode::kNotFound ? 127 : 126;
  }
  const int status = Terminal(std::move(*ends), std::move(*signals), std::move(listener)).run();
  if (WIFSIGNALED(status)) end_by(WTERMSIG(status));
  return WEXITSTATUS(status);
}

}  // namespace sennit::user

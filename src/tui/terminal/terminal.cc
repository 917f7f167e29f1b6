#include "tui/terminal/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "base/unique_fd.h"

namespace sennit::tui {
namespace {

// The alternate screen, no cursor, the mouse (pressed, dragged, wheel; as text), pasted text with marks around it.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?2004h\x1b[2J";
constexpr std::string_view kLeave = "\x1b[0m\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[?25h\x1b[?1049l";

constexpr std::array kDeadly = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGQUIT};

// For what ends us out of turn: no more than a handler of signals may use.
struct ToRestore {
  volatile sig_atomic_t taken = 0;
  int fd = -1;
  termios settings{};
};
ToRestore to_restore;  // one terminal, one user

void restore() {
  if (to_restore.taken == 0) return;
  to_restore.taken = 0;
  // What waits is dropped: a terminal that is stopped must not keep us.
  ::tcflush(to_restore.fd, TCOFLUSH);
  static_cast<void>(!::write(to_restore.fd, kLeave.data(), kLeave.size()));
  ::tcsetattr(to_restore.fd, TCSANOW, &to_restore.settings);
}

void on_deadly(int number) {
  restore();
  ::signal(number, SIG_DFL);
  ::raise(number);
}

}  // namespace

class Terminal::Impl {
 public:
  Impl(UniqueFd fd, const termios& settings) : fd_(std::move(fd)) {
    to_restore.fd = fd_.get();
    to_restore.settings = settings;
    for (const int number : kDeadly) ::signal(number, on_deadly);
    static const int once = std::atexit(restore);
    static_cast<void>(once);
  }
  ~Impl() {
    leave();
    for (const int number : kDeadly) ::signal(number, SIG_DFL);
    to_restore.fd = -1;
  }

  void enter() {
    termios raw = to_restore.settings;
    ::cfmakeraw(&raw);
    ::tcsetattr(fd_.get(), TCSANOW, &raw);
    to_restore.taken = 1;
    waiting_.assign(kEnter);
    send();
  }

  // In turn: what is on its way arrives first, for a moment.
  void leave() {
    if (to_restore.taken == 0) return;
    constexpr int kPatienceMs = 200;
    pollfd state{.fd = fd_.get(), .events = POLLOUT, .revents = 0};
    while (!waiting_.empty() && ::poll(&state, 1, kPatienceMs) > 0 && (state.revents & POLLOUT) != 0) send();
    waiting_.clear();
    ::tcflush(fd_.get(), TCIFLUSH);  // answers of the terminal, and half a sequence of the mouse
    restore();
  }

  void send() {
    while (!waiting_.empty()) {
      const ssize_t count = ::write(fd_.get(), waiting_.data(), waiting_.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno != EAGAIN) waiting_.clear();  // it has gone; reading says so
      if (count < 0) return;
      waiting_.erase(0, static_cast<std::size_t>(count));
    }
  }

  UniqueFd fd_;
  std::string waiting_;
};

Result<std::unique_ptr<Terminal>> Terminal::open() {
  // A description of our own: what is set on it is not set for the shell that started us, nor for its other children.
  UniqueFd fd(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  termios settings{};
  if (!fd || ::tcgetattr(fd.get(), &settings) != 0) {
    return Error(ErrorCode::kInvalid, "there is no terminal to show this on");
  }
  std::unique_ptr<Terminal> terminal(new Terminal(std::make_unique<Impl>(std::move(fd), settings)));
  terminal->enter();
  return terminal;
}

Terminal::Terminal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Terminal::~Terminal() = default;
int Terminal::fd() const { return impl_->fd_.get(); }
void Terminal::send() { impl_->send(); }
bool Terminal::is_writing() const { return !impl_->waiting_.empty(); }
void Terminal::leave() { impl_->leave(); }
void Terminal::enter() { impl_->enter(); }

void Terminal::write(std::string_view bytes) {
  impl_->waiting_ += bytes;
  impl_->send();
}

TerminalSize Terminal::size() const {
  winsize size{};
  if (::ioctl(fd(), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {.columns = size.ws_col, .rows = size.ws_row};
}

Result<std::string> Terminal::read() {
  std::string bytes;
  std::array<char, 4096> piece;
  for (;;) {
    const ssize_t count = ::read(fd(), piece.data(), piece.size());
    if (count > 0) {
      bytes.append(piece.data(), static_cast<std::size_t>(count));
      if (static_cast<std::size_t>(count) < piece.size()) return bytes;
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return bytes;
    if (!bytes.empty()) return bytes;
    return Error(ErrorCode::kUnavailable, "the terminal has gone");
  }
}

void Terminal::suspend() {
  leave();
  // All that the shell knows as its job, and with the signal that does nothing where no shell could make us go on.
  sigset_t stop;
  sigset_t before;
  ::sigemptyset(&stop);
  ::sigaddset(&stop, SIGTSTP);
  ::kill(0, SIGTSTP);
  ::pthread_sigmask(SIG_UNBLOCK, &stop, &before);  // here it arrives
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  enter();
}

}  // namespace sennit::tui

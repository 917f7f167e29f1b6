#include "loop/signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/unique_fd.h"
#include "loop/watch.h"

namespace sennit::loop {

struct Signals::State {
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ::pthread_sigmask(SIG_SETMASK, &before, nullptr); }

  sigset_t before{};
  UniqueFd fd;
  Watch watch;
};

namespace {

void read_signals(int fd, Callback<void(int)>& function) {
  // One a call: the function may destroy us, and what is left is told in the next turn.
  signalfd_siginfo info{};
  if (::read(fd, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) function(static_cast<int>(info.ssi_signo));
}

}  // namespace

Result<Signals> Signals::open(Loop& loop, std::initializer_list<int> numbers, Callback<void(int)> function) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : numbers) ::sigaddset(&set, number);
  auto state = std::make_unique<State>();
  ::pthread_sigmask(SIG_BLOCK, &set, &state->before);
  state->fd.reset(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!state->fd) return Error::from_errno("make signalfd", errno);
  SENNIT_ASSIGN(state->watch, Watch::add(loop, state->fd.get(), Interest::kRead,
                                         [fd = state->fd.get(), function = std::move(function)](Ready) mutable {
                                           read_signals(fd, function);
                                         }));
  return Signals(std::move(state));
}

Signals::Signals(std::unique_ptr<State> state) : state_(std::move(state)) {}
Signals::Signals(Signals&&) noexcept = default;
Signals& Signals::operator=(Signals&&) noexcept = default;
Signals::~Signals() = default;

}  // namespace sennit::loop

#include "cli/follow/signal_queue.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace sennit::cli {

Result<SignalQueue> SignalQueue::open(std::initializer_list<int> numbers) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : numbers) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) ::sigaddset(&set, number);
  }
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return Error::from_errno("watch for signals", errno);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return SignalQueue(std::move(fd), set);
}

SignalQueue::~SignalQueue() {
  if (fd_) ::sigprocmask(SIG_UNBLOCK, &set_, nullptr);
}

std::optional<int> SignalQueue::take() {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

}  // namespace sennit::cli

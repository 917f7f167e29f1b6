#include "cli/follow/interrupts.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace sennit::cli {
namespace {

sigset_t our_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // `nohup` and shells' background jobs ignore a signal on purpose; that stays.
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) ::sigaddset(&set, number);
  }
  return set;
}

}  // namespace

Result<Interrupts> Interrupts::open() {
  const sigset_t set = our_signals();
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return Error::from_errno("watch for signals", errno);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return Interrupts(std::move(fd));
}

Interrupts::~Interrupts() {
  if (!fd_) return;
  const sigset_t set = our_signals();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<Interrupt> Interrupts::take() {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return info.ssi_signo == SIGHUP ? Interrupt::kTerminalLost : Interrupt::kAsked;
}

}  // namespace sennit::cli

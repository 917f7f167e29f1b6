#include "cli/follow/job_signals.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace sennit::cli {
namespace {

sigset_t our_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGWINCH, SIGTSTP, SIGCONT}) {
    // A shell without job control has children that ignore Ctrl-Z.
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) ::sigaddset(&set, number);
  }
  return set;
}

}  // namespace

Result<JobSignals> JobSignals::open() {
  const sigset_t set = our_signals();
  UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) return Error::from_errno("watch for signals", errno);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return JobSignals(std::move(fd));
}

JobSignals::~JobSignals() {
  if (!fd_) return;
  const sigset_t set = our_signals();
  ::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<JobSignal> JobSignals::take() {
  signalfd_siginfo info{};
  if (::read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  if (info.ssi_signo == SIGTSTP) return JobSignal::kStop;
  return info.ssi_signo == SIGCONT ? JobSignal::kGoesOn : JobSignal::kResized;
}

void JobSignals::stop() {
  sigset_t stop;
  ::sigemptyset(&stop);
  ::sigaddset(&stop, SIGTSTP);
  ::raise(SIGTSTP);
  ::sigprocmask(SIG_UNBLOCK, &stop, nullptr);  // here it arrives
  ::sigprocmask(SIG_BLOCK, &stop, nullptr);
  while (take()) continue;
}

}  // namespace sennit::cli

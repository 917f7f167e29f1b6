#include "cli/follow/job_signals.h"

#include <csignal>

namespace sennit::cli {

Result<JobSignals> JobSignals::open() {
  SENNIT_ASSIGN(SignalQueue signals, SignalQueue::open({SIGWINCH, SIGTSTP, SIGCONT}));
  return JobSignals(std::move(signals));
}

std::optional<JobSignal> JobSignals::take() {
  const std::optional<int> number = signals_.take();
  if (!number) return std::nullopt;
  if (*number == SIGTSTP) return JobSignal::kStop;
  return *number == SIGCONT ? JobSignal::kGoesOn : JobSignal::kResized;
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

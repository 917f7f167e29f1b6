#include "cli/follow/interrupts.h"

#include <csignal>

namespace sennit::cli {

Result<Interrupts> Interrupts::open() {
  SENNIT_ASSIGN(SignalQueue signals, SignalQueue::open({SIGINT, SIGTERM, SIGHUP}));
  return Interrupts(std::move(signals));
}

std::optional<Interrupt> Interrupts::take() {
  const std::optional<int> number = signals_.take();
  if (!number) return std::nullopt;
  return *number == SIGHUP ? Interrupt::kTerminalLost : Interrupt::kAsked;
}

}  // namespace sennit::cli

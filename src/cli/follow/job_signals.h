// What a shell and a terminal tell a program that draws: another size, Ctrl-Z, and that it goes on. As something to
// wait for beside a socket.
//
// The signals are blocked from open() until the object ends.
//
// Threads: the main thread. Ownership: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/result.h"
#include "cli/follow/signal_queue.h"

namespace sennit::cli {

enum class JobSignal : std::uint8_t { kResized, kStop, kGoesOn };  // SIGWINCH, SIGTSTP, SIGCONT

class JobSignals {
 public:
  // Fails: kExhausted (no descriptors left).
  static Result<JobSignals> open();

  // Readable when a signal has arrived.
  int fd() const { return signals_.fd(); }
  // The next one that has arrived; nullopt if there is none.
  std::optional<JobSignal> take();

  // Stands still as on Ctrl-Z until the shell says that we go on. What has arrived by then is dropped.
  void stop();

 private:
  explicit JobSignals(SignalQueue signals) : signals_(std::move(signals)) {}
  SignalQueue signals_;
};

}  // namespace sennit::cli

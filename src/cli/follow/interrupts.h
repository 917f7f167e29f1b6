// Ctrl-C, a termination request and a lost terminal, as something to wait for beside a socket.
//
// Blocked from open() until the object ends. What a second one means is the caller's business.
//
// Threads: the main thread. Ownership: one at a time.
#pragma once

#include <optional>
#include <utility>

#include "base/result.h"
#include "cli/follow/signal_queue.h"

namespace sennit::cli {

enum class Interrupt { kAsked, kTerminalLost };  // SIGINT and SIGTERM; SIGHUP

class Interrupts {
 public:
  // Fails: kExhausted (no descriptors left).
  static Result<Interrupts> open();

  // Readable when a signal has arrived: for http::ClientOptions::wake_fd.
  int fd() const { return signals_.fd(); }
  // The next one that has arrived; nullopt if there is none.
  std::optional<Interrupt> take();

 private:
  explicit Interrupts(SignalQueue signals) : signals_(std::move(signals)) {}
  SignalQueue signals_;
};

}  // namespace sennit::cli

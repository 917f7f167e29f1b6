// Ctrl-C, a termination request and a lost terminal, as something to wait for beside a socket.
//
// The signals are blocked from open() until the object ends; what has arrived is read one by one. What a second one
// means is the caller's business.
//
// Threads: the main thread. Ownership: one at a time.
#pragma once

#include <optional>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::cli {

enum class Interrupt { kAsked, kTerminalLost };  // SIGINT and SIGTERM; SIGHUP

class Interrupts {
 public:
  // Fails: kExhausted (no descriptors left).
  static Result<Interrupts> open();

  Interrupts(Interrupts&&) noexcept = default;
  Interrupts& operator=(Interrupts&&) noexcept = default;
  ~Interrupts();

  // Readable when a signal has arrived: for http::ClientOptions::wake_fd.
  int fd() const { return fd_.get(); }
  // The next one that has arrived; nullopt if there is none.
  std::optional<Interrupt> take();

 private:
  explicit Interrupts(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace sennit::cli

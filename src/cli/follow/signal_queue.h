// Signals as something to wait for beside a socket.
//
// They are blocked from open() until the object ends; what has arrived is read one by one. Those that are ignored, as
// `nohup` and shells without job control ignore some on purpose, stay so.
//
// Threads: the main thread. Ownership: of each signal one at a time.
#pragma once

#include <csignal>
#include <initializer_list>
#include <optional>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace sennit::cli {

class SignalQueue {
 public:
  // Fails: kExhausted (no descriptors left).
  static Result<SignalQueue> open(std::initializer_list<int> numbers);

  SignalQueue(SignalQueue&&) noexcept = default;
  SignalQueue& operator=(SignalQueue&&) noexcept = default;
  ~SignalQueue();

  // Readable when a signal has arrived.
  int fd() const { return fd_.get(); }
  // The number of the next one that has arrived; nullopt if there is none.
  std::optional<int> take();

 private:
  SignalQueue(UniqueFd fd, const sigset_t& set) : fd_(std::move(fd)), set_(set) {}
  UniqueFd fd_;
  sigset_t set_;
};

}  // namespace sennit::cli

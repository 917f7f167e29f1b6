// Unix signals as calls on the loop.
//
// The signals are blocked in the calling thread and read from a signalfd, so nothing of ours runs in a signal handler.
// Make it before the process starts threads (they inherit the mask). Children inherit the mask too: whoever spawns
// sets an empty one (room `proc` does).
//
// Threads:   the loop's.
// Ownership: destroying it (also from within its function) restores the mask that the thread had before.
#pragma once

#include <csignal>
#include <initializer_list>
#include <memory>

#include "base/result.h"
#include "loop/callback.h"
#include "loop/loop.h"

namespace sennit::loop {

class Signals {
 public:
  // Calls `function` with the signal's number, on the loop, for each that arrives; equal pending ones are one call.
  // Fails: kExhausted (no descriptors left).
  static Result<Signals> open(Loop& loop, std::initializer_list<int> numbers, Callback<void(int)> function);

  Signals(Signals&&) noexcept;
  Signals& operator=(Signals&&) noexcept;
  ~Signals();

 private:
  struct State;
  explicit Signals(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sennit::loop

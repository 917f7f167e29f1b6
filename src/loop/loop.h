// One thread's event loop: everything that a process of ours waits for, in one place, without polling.
//
// The loop is epoll itself. Watches, timers, signals and posted work are sources of that one epoll set, because the
// agent adds and removes three descriptors for every task and an Asio descriptor costs a multiple (see README.md).
// An Asio io_context is attached on demand (loop/asio_access.h); a process that never asks for one never pays for it.
//
// A turn is: wait, run what is ready, run what was posted, run the TurnEnd hooks. Hooks are where buffers are flushed,
// once per turn however much was written during it.
//
// Threads:   one thread calls run() and is the loop's thread; only post() and stop() may be called from others.
// Ownership: a Loop outlives every Watch, Timer, TurnEnd, Signals, WorkerPool and connection made on it.
// Errors:    failing to make the loop's own descriptors (process start, no descriptors left) aborts.
#pragma once

#include <memory>

#include "base/clock.h"
#include "loop/callback.h"

namespace sennit::loop {

class LoopImpl;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs turns until stop(). May be called again afterwards; a stop() made before run() ends it after one turn.
  void run();

  // Runs one turn: waits until something is ready, runs all of it. For tests and for loops with a condition:
  // `while (!done) loop.run_once();`
  void run_once();

  // Makes run() return at the end of the current turn. Any thread; not for signal handlers.
  void stop();

  // Runs `work` on the loop's thread in a coming turn, in the order of posting. Any thread. Work that is still queued
  // when the loop is destroyed is dropped unrun. The caller sees to it that what `work` names is alive by then.
  void post(Callback<void()> work);

  // The clocks that timers go by.
  const Clock& clock() const;

  // For the other parts of this room.
  LoopImpl& impl() { return *impl_; }

 private:
  std::unique_ptr<LoopImpl> impl_;
};

// Runs a function at the end of the current turn, once, however often it was asked for.
//
// Threads: the loop's. Ownership: destroying it withdraws the request, also from within the function.
class TurnEnd {
 public:
  TurnEnd(Loop& loop, Callback<void()> function);
  ~TurnEnd();
  TurnEnd(const TurnEnd&) = delete;
  TurnEnd& operator=(const TurnEnd&) = delete;

  // Asks for one run. Asked within the function itself (or by another hook), it runs at the end of the next turn,
  // which then does not wait.
  void request();

 private:
  friend class LoopImpl;
  LoopImpl& loop_;
  Callback<void()> function_;
  bool requested_ = false;
};

}  // namespace sennit::loop

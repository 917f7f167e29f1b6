// The parts of a loop, put together. For the .cc files of this room only.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "loop/loop.h"
#include "loop/mailbox.h"
#include "loop/timer.h"
#include "loop/timer_queue.h"
#include "loop/watch_table.h"

namespace sennit::loop {

// Something that waits in the loop's stead (Asio). It is told by the epoll descriptor that our own sources are ready.
class Waiter {
 public:
  virtual ~Waiter() = default;
  // Returns once something of its own has been run or the loop's epoll descriptor is readable.
  virtual void wait(WatchTable::Wait wait) = 0;
};

class LoopImpl {
 public:
  LoopImpl();
  ~LoopImpl();

  void run();
  void turn();
  void stop();
  void post(Callback<void()> work) { mailbox_.post(std::move(work)); }

  WatchTable& watches() { return watches_; }
  const Clock& clock() const { return clock_; }

  void arm(Timer& timer);
  void disarm(Timer& timer);

  void request(TurnEnd& hook);
  void withdraw(TurnEnd& hook);

  // Who waits in our stead, or null. Owned by the loop.
  Waiter* waiter() { return waiter_.get(); }
  void set_waiter(std::unique_ptr<Waiter> waiter) { waiter_ = std::move(waiter); }

 private:
  TimerQueue& queue_of(Timer::Armed clock) { return clock == Timer::Armed::kWall ? wall_timers_ : boot_timers_; }
  void watch_timers(Timer::Armed clock);
  void fire(Timer::Armed clock);
  void run_posted();
  void run_turn_ends();

  SystemClock clock_;
  WatchTable watches_;
  Mailbox mailbox_;
  TimerQueue boot_timers_{TimerQueue::ClockKind::kBoot};
  TimerQueue wall_timers_{TimerQueue::ClockKind::kWall};
  std::atomic<bool> stopping_ = false;
  bool in_turn_ = false;

  std::vector<TurnEnd*> requested_;  // null where withdrawn
  std::vector<TurnEnd*> running_;
  TurnEnd* current_ = nullptr;  // whose function runs; null once it has been destroyed

  std::unique_ptr<Waiter> waiter_;
};

}  // namespace sennit::loop

// A function that runs once at a time: a deadline on the boot clock, or an instant of the wall clock.
//
// Deadlines (timeouts, grace periods, retry delays) go by the boot clock: it never jumps and counts suspended time.
// Wall instants (schedules) follow the wall clock: when it is set, they are looked at again and fire if they are due.
// All timers of a loop share one timerfd per clock; a loop without armed timers never wakes.
//
// Threads:   the loop's.
// Ownership: destroying a Timer cancels it, also from within its own function.
// Errors:    none. Arming costs a tree insert (and a system call only if it is the earliest).
#pragma once

#include <cstdint>

#include "base/instant.h"
#include "loop/callback.h"
#include "loop/loop.h"

namespace sennit::loop {

class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Each replaces what was armed before. A time in the past fires in the coming turn, never within the call.
  void arm_after(Micros delay, Callback<void()> function);
  void arm_at_boot(Micros deadline, Callback<void()> function);  // as Clock::boot() counts
  void arm_at(Instant when, Callback<void()> function);          // UTC

  // Does nothing if it is not armed.
  void cancel();
  bool is_armed() const { return armed_ != Armed::kNot; }

 private:
  friend class LoopImpl;
  enum class Armed : std::uint8_t { kNot, kBoot, kWall };

  void arm(Armed clock, std::int64_t due_us, Callback<void()> function);

  LoopImpl& loop_;
  Armed armed_ = Armed::kNot;
  std::int64_t due_us_ = 0;
  std::uint64_t order_ = 0;  // among equal times: first armed, first run
  Callback<void()> function_;
};

}  // namespace sennit::loop

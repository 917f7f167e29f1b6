// The armed timers of one clock and the timerfd that wakes for the earliest. Inner part of the loop.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "base/unique_fd.h"

namespace sennit::loop {

class Timer;

class TimerQueue {
 public:
  enum class ClockKind : std::uint8_t { kBoot, kWall };
  explicit TimerQueue(ClockKind kind);

  using Key = std::pair<std::int64_t, std::uint64_t>;  // microseconds of the clock, order of arming
  Key add(std::int64_t due_us, Timer& timer);
  void remove(Key key);

  // Takes out the next timer that is due at `now_us` and was armed before `before`; null if there is none.
  Timer* take_due(std::int64_t now_us, std::uint64_t before);
  std::uint64_t next_order() const { return next_order_; }

  // To call when fd() is readable, after the due timers have been run: waits for the earliest that is left.
  void rearm();

  int fd() const { return fd_.get(); }

 private:
  void program(std::int64_t due_us);

  ClockKind kind_;
  UniqueFd fd_;
  std::map<Key, Timer*> timers_;
  std::uint64_t next_order_ = 1;
  std::int64_t programmed_us_ = INT64_MAX;  // may be earlier than the earliest timer, after a cancel; never later
};

}  // namespace sennit::loop

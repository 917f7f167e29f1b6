#include "loop/timer_queue.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/check.h"

namespace sennit::loop {

TimerQueue::TimerQueue(ClockKind kind)
    : kind_(kind),
      fd_(::timerfd_create(kind == ClockKind::kBoot ? CLOCK_BOOTTIME : CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {
  SENNIT_CHECK(fd_);
}

TimerQueue::Key TimerQueue::add(std::int64_t due_us, Timer& timer) {
  const Key key(due_us, next_order_++);
  timers_.emplace(key, &timer);
  if (due_us < programmed_us_) program(due_us);
  return key;
}

void TimerQueue::remove(Key key) {
  // The timerfd stays as it is: one wake-up for nothing is cheaper than a system call for each cancelled deadline.
  timers_.erase(key);
}

Timer* TimerQueue::take_due(std::int64_t now_us, std::uint64_t before) {
  for (auto it = timers_.begin(); it != timers_.end() && it->first.first <= now_us; ++it) {
    if (it->first.second >= before) continue;
    Timer* timer = it->second;
    timers_.erase(it);
    return timer;
  }
  return nullptr;
}

void TimerQueue::rearm() {
  // What is read does not matter: an expiry, or (wall clock) ECANCELED because the clock was set, after which the
  // timerfd has to be programmed anew in any case.
  std::uint64_t expirations = 0;
  [[maybe_unused]] const ssize_t got = ::read(fd_.get(), &expirations, sizeof expirations);
  programmed_us_ = INT64_MAX;
  if (!timers_.empty()) program(timers_.begin()->first.first);
}

void TimerQueue::program(std::int64_t due_us) {
  programmed_us_ = due_us;
  // 0 would disarm it; a time in the past fires at once.
  const std::int64_t us = std::max<std::int64_t>(due_us, 1);
  itimerspec spec{};
  spec.it_value.tv_sec = us / 1'000'000;
  spec.it_value.tv_nsec = us % 1'000'000 * 1'000;
  const int flags = TFD_TIMER_ABSTIME | (kind_ == ClockKind::kWall ? TFD_TIMER_CANCEL_ON_SET : 0);
  SENNIT_CHECK(::timerfd_settime(fd_.get(), flags, &spec, nullptr) == 0);
}

}  // namespace sennit::loop

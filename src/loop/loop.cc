#include "loop/loop.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "loop/loop_impl.h"

namespace sennit::loop {

LoopImpl::LoopImpl() {
  SENNIT_CHECK(watches_.add_waker(mailbox_.fd()).ok());
  watch_timers(Timer::Armed::kBoot);
  watch_timers(Timer::Armed::kWall);
}

LoopImpl::~LoopImpl() {
  waiter_.reset();
  // Work that was never run may own timers, watches and hooks, which are still to find their tables here.
  std::vector<Callback<void()>> unrun;
  mailbox_.take(unrun);
}

void LoopImpl::watch_timers(Timer::Armed clock) {
  auto added = watches_.add(queue_of(clock).fd(), Interest::kRead, [this, clock](Ready) { fire(clock); });
  SENNIT_CHECK(added.ok());
}

void LoopImpl::run() {
  do {
    turn();
  } while (!stopping_.exchange(false));
}

void LoopImpl::turn() {
  SENNIT_CHECK(!in_turn_);  // run_once() within a callback would run hooks and posts out of order
  in_turn_ = true;
  const bool may_sleep = requested_.empty() && mailbox_.may_sleep();
  auto wait = may_sleep ? WatchTable::Wait::kUntilReady : WatchTable::Wait::kNot;
  if (waiter_ != nullptr) {
    waiter_->wait(wait);
    wait = WatchTable::Wait::kNot;
  }
  watches_.run(wait);
  run_posted();
  run_turn_ends();
  in_turn_ = false;
}

void LoopImpl::stop() {
  stopping_ = true;
  mailbox_.wake();
}

void LoopImpl::run_posted() {
  std::vector<Callback<void()>> posted;
  mailbox_.take(posted);
  for (auto& work : posted) {
    work();
    work.reset();  // what it owns goes before the next runs
  }
}

void LoopImpl::run_turn_ends() {
  if (requested_.empty()) return;
  running_.swap(requested_);
  for (std::size_t i = 0; i < running_.size(); ++i) {
    current_ = running_[i];
    if (current_ == nullptr) continue;
    current_->requested_ = false;
    Callback<void()> function = std::move(current_->function_);
    function();
    if (current_ != nullptr) current_->function_ = std::move(function);
  }
  current_ = nullptr;
  running_.clear();
}

void LoopImpl::request(TurnEnd& hook) { requested_.push_back(&hook); }

void LoopImpl::withdraw(TurnEnd& hook) {
  if (current_ == &hook) current_ = nullptr;
  std::replace(requested_.begin(), requested_.end(), &hook, static_cast<TurnEnd*>(nullptr));
  std::replace(running_.begin(), running_.end(), &hook, static_cast<TurnEnd*>(nullptr));
}

void LoopImpl::arm(Timer& timer) { timer.order_ = queue_of(timer.armed_).add(timer.due_us_, timer).second; }

void LoopImpl::disarm(Timer& timer) { queue_of(timer.armed_).remove({timer.due_us_, timer.order_}); }

void LoopImpl::fire(Timer::Armed clock) {
  TimerQueue& queue = queue_of(clock);
  const std::int64_t now_us = clock == Timer::Armed::kWall ? clock_.now().unix_us() : clock_.boot().count();
  // What is armed meanwhile waits for the next turn: a timer that re-arms itself at once must not hold the loop.
  const std::uint64_t before = queue.next_order();
  while (Timer* timer = queue.take_due(now_us, before)) {
    timer->armed_ = Timer::Armed::kNot;
    Callback<void()> function = std::move(timer->function_);
    function();
  }
  queue.rearm();
}

Loop::Loop() : impl_(std::make_unique<LoopImpl>()) {}
Loop::~Loop() = default;
void Loop::run() { impl_->run(); }
void Loop::run_once() { impl_->turn(); }
void Loop::stop() { impl_->stop(); }
void Loop::post(Callback<void()> work) { impl_->post(std::move(work)); }
const Clock& Loop::clock() const { return impl_->clock(); }

TurnEnd::TurnEnd(Loop& loop, Callback<void()> function) : loop_(loop.impl()), function_(std::move(function)) {}
TurnEnd::~TurnEnd() { loop_.withdraw(*this); }
void TurnEnd::request() {
  if (!std::exchange(requested_, true)) loop_.request(*this);
}

Timer::Timer(Loop& loop) : loop_(loop.impl()) {}
Timer::~Timer() { cancel(); }

void Timer::arm(Armed clock, std::int64_t due_us, Callback<void()> function) {
  cancel();
  armed_ = clock;
  due_us_ = due_us;
  function_ = std::move(function);
  loop_.arm(*this);
}

void Timer::arm_after(Micros delay, Callback<void()> function) {
  // Delays come from files too: "forever" must not overflow into the past.
  constexpr std::int64_t kTenYearsUs = 10LL * 365 * 24 * 3600 * 1'000'000;
  const std::int64_t delay_us = std::clamp<std::int64_t>(delay.count(), 0, kTenYearsUs);
  arm(Armed::kBoot, loop_.clock().boot().count() + delay_us, std::move(function));
}
void Timer::arm_at_boot(Micros deadline, Callback<void()> function) {
  arm(Armed::kBoot, deadline.count(), std::move(function));
}
void Timer::arm_at(Instant when, Callback<void()> function) { arm(Armed::kWall, when.unix_us(), std::move(function)); }

void Timer::cancel() {
  if (armed_ == Armed::kNot) return;
  loop_.disarm(*this);
  armed_ = Armed::kNot;
  const Callback<void()> dropped = std::move(function_);  // after the state is consistent: it may own this timer's user
}

Result<Watch> Watch::add(Loop& loop, int fd, Interest interest, Callback<void(Ready)> function) {
  SENNIT_ASSIGN(const std::uint32_t slot, loop.impl().watches().add(fd, interest, std::move(function)));
  return Watch(loop.impl(), slot);
}

void Watch::set(Interest interest) {
  if (loop_ != nullptr) loop_->watches().set(slot_, interest);
}

void Watch::remove() {
  if (loop_ != nullptr) std::exchange(loop_, nullptr)->watches().remove(slot_);
}

}  // namespace sennit::loop

#include "loop/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "base/check.h"

namespace sennit::loop {

Mailbox::Mailbox() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) { SENNIT_CHECK(fd_); }

void Mailbox::ring() {
  const std::uint64_t one = 1;
  // Cannot fail before 2^64 - 1 wake-ups: the loop never reads the counter, it waits for the edge.
  SENNIT_CHECK(::write(fd_.get(), &one, sizeof one) == static_cast<ssize_t>(sizeof one));
}

void Mailbox::post(Callback<void()> work) {
  bool must_ring = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    must_ring = std::exchange(asleep_, false);
  }
  if (must_ring) ring();
}

void Mailbox::wake() {
  bool must_ring = false;
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    must_ring = std::exchange(asleep_, false);
  }
  if (must_ring) ring();
}

bool Mailbox::may_sleep() {
  const std::lock_guard lock(mutex_);
  asleep_ = queue_.empty() && !woken_;
  return asleep_;
}

void Mailbox::take(std::vector<Callback<void()>>& out) {
  const std::lock_guard lock(mutex_);
  asleep_ = false;
  woken_ = false;
  out.swap(queue_);
}

}  // namespace sennit::loop

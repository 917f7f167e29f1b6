#include "loop/watch_table.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>

#include "base/check.h"

namespace sennit::loop {
namespace {

constexpr std::size_t kEventsPerTurn = 256;
constexpr std::uint32_t kWaker = UINT32_MAX;

std::uint32_t events_of(Interest interest) {
  switch (interest) {
    case Interest::kNone:
    case Interest::kHangUp: return 0;  // the kernel tells hang-ups unasked
    case Interest::kRead: return EPOLLIN;
    case Interest::kWrite: return EPOLLOUT;
    case Interest::kReadWrite: return EPOLLIN | EPOLLOUT;
  }
  return 0;
}

}  // namespace

WatchTable::WatchTable() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) { SENNIT_CHECK(epoll_); }

int WatchTable::control(int operation, std::uint32_t slot, Interest interest) {
  epoll_event event{};
  event.events = events_of(interest);
  event.data.u64 = static_cast<std::uint64_t>(slots_[slot].generation) << 32 | slot;
  return ::epoll_ctl(epoll_.get(), operation, slots_[slot].fd, &event);
}

Result<std::uint32_t> WatchTable::add(int fd, Interest interest, Callback<void(Ready)> function) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t index = free_.back();
  slots_[index].fd = fd;
  slots_[index].interest = interest;
  if (interest != Interest::kNone && control(EPOLL_CTL_ADD, index, interest) != 0) {
    const int number = errno;
    slots_[index].fd = -1;
    if (number == EPERM) return Error(ErrorCode::kInvalid, "watch descriptor: it has no readiness");
    return Error::from_errno("watch descriptor", number);
  }
  free_.pop_back();
  slots_[index].function = std::move(function);
  return index;
}

Result<void> WatchTable::add_waker(int fd) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;  // each write is a new edge, so nobody has to read
  event.data.u64 = kWaker;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return Error::from_errno("watch wake-up", errno);
  return {};
}

void WatchTable::set(std::uint32_t slot, Interest interest) {
  const Interest before = slots_[slot].interest;
  if (before == interest) return;
  // A descriptor with an empty event mask still tells hang-ups, every turn: so kNone takes it out of the set.
  int operation = EPOLL_CTL_MOD;
  if (interest == Interest::kNone) operation = EPOLL_CTL_DEL;
  if (before == Interest::kNone) operation = EPOLL_CTL_ADD;
  slots_[slot].interest = interest;
  SENNIT_CHECK(control(operation, slot, interest) == 0);
}

void WatchTable::remove(std::uint32_t slot) {
  Slot& removed = slots_[slot];
  // Failure means that the descriptor was closed first, against the rule; the kernel has removed it then.
  if (removed.interest != Interest::kNone) control(EPOLL_CTL_DEL, slot, Interest::kNone);
  removed.fd = -1;
  removed.interest = Interest::kNone;
  ++removed.generation;
  free_.push_back(slot);
  // Last, and from a local: what the function owns may remove other watches while it is destroyed.
  const Callback<void(Ready)> dropped = std::move(removed.function);
}

void WatchTable::call(std::uint32_t slot, std::uint32_t generation, Ready ready) {
  if (slots_[slot].generation != generation || slots_[slot].interest == Interest::kNone) return;
  // Moved out for the call: the watch may be removed, or the table may grow, while it runs.
  Callback<void(Ready)> function = std::move(slots_[slot].function);
  function(ready);
  if (slots_[slot].generation == generation) slots_[slot].function = std::move(function);
}

void WatchTable::run(Wait wait) {
  std::array<epoll_event, kEventsPerTurn> events;
  const int timeout = wait == Wait::kUntilReady ? -1 : 0;
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout);
  SENNIT_CHECK(count >= 0 || errno == EINTR);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    const auto slot = static_cast<std::uint32_t>(event.data.u64);
    if (slot == kWaker) continue;
    const bool broken = (event.events & (EPOLLHUP | EPOLLERR)) != 0;
    call(slot, static_cast<std::uint32_t>(event.data.u64 >> 32),
         {.readable = broken || (event.events & EPOLLIN) != 0,
          .writable = broken || (event.events & EPOLLOUT) != 0,
          .hung_up = broken});
  }
}

}  // namespace sennit::loop

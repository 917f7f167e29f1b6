// Tells when a descriptor is ready. Level-triggered: as long as there is something to read, it is told every turn.
//
// The descriptor is borrowed: close it only after the Watch is gone (declare the UniqueFd before the Watch), for a
// closed number may already be somebody else's. A hang-up or an error is told as readable and writable, whichever was
// asked for, and the read or write that follows says what it is. A pidfd is readable once the process has exited.
//
// Threads:   the loop's.
// Ownership: destroying a Watch (also from within its own function) ends it; no call comes afterwards, not even for
//            an event that the kernel has already delivered.
// Errors:    add() fails with kInvalid for a descriptor that has no readiness (a regular file), kExhausted at a limit.
#pragma once

#include <cstdint>
#include <utility>

#include "base/result.h"
#include "loop/callback.h"
#include "loop/loop.h"

namespace sennit::loop {

enum class Interest : std::uint8_t {
  kNone = 0,
  kRead = 1,
  kWrite = 2,
  kReadWrite = 3,
  kHangUp = 4,  // nothing but hang-ups and errors, which the others tell, too
};

struct Ready {
  bool readable = false;
  bool writable = false;
  bool hung_up = false;  // or an error; then it is both of the others as well
};

class Watch {
 public:
  Watch() = default;  // watches nothing
  static Result<Watch> add(Loop& loop, int fd, Interest interest, Callback<void(Ready)> function);

  Watch(Watch&& other) noexcept : loop_(std::exchange(other.loop_, nullptr)), slot_(other.slot_) {}
  Watch& operator=(Watch&& other) noexcept {
    if (this != &other) {
      remove();
      loop_ = std::exchange(other.loop_, nullptr);
      slot_ = other.slot_;
    }
    return *this;
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() { remove(); }

  explicit operator bool() const { return loop_ != nullptr; }

  // With kNone nothing at all is told, hang-ups included. Costs a system call only if it changes something.
  void set(Interest interest);

  // Ends it before its time. Does nothing on an empty Watch.
  void remove();

 private:
  Watch(LoopImpl& loop, std::uint32_t slot) : loop_(&loop), slot_(slot) {}
  LoopImpl* loop_ = nullptr;
  std::uint32_t slot_ = 0;
};

}  // namespace sennit::loop

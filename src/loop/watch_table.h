// The epoll set and what is to be called for each descriptor in it. Inner part of the loop.
//
// An event carries slot and generation, so that an event that the kernel delivered before its watch was removed (by
// another call of the same turn) finds a generation that has moved on and is dropped, even if the slot is used anew.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "loop/callback.h"
#include "loop/watch.h"

namespace sennit::loop {

class WatchTable {
 public:
  WatchTable();

  Result<std::uint32_t> add(int fd, Interest interest, Callback<void(Ready)> function);
  // Adds a descriptor that only wakes the loop: edge-triggered, nothing is called.
  Result<void> add_waker(int fd);
  void set(std::uint32_t slot, Interest interest);
  void remove(std::uint32_t slot);

  enum class Wait : std::uint8_t { kUntilReady, kNot };
  // Waits as told, then calls what is ready.
  void run(Wait wait);

  int epoll_fd() const { return epoll_.get(); }

 private:
  struct Slot {
    Callback<void(Ready)> function;
    int fd = -1;  // -1: free
    Interest interest = Interest::kNone;
    std::uint32_t generation = 0;
  };

  int control(int operation, std::uint32_t slot, Interest interest);
  void call(std::uint32_t slot, std::uint32_t generation, Ready ready);

  UniqueFd epoll_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace sennit::loop

// What the kernel says of the memory of attempts: how much they took, and whether that was what killed them.
//
// An attempt with a limit of memory is counted by a cgroup of its own. One without is in the agent's, whose count only
// says that somebody was killed: that counts for whoever dies of SIGKILL meanwhile.
//
// Threads: the loop's. Errors: none; what is not known is not said.
#pragma once

#include <cstdint>

#include "agent/attempt.h"
#include "loop/loop.h"
#include "proc/oom_count.h"

namespace sennit::agent {

class MemoryWatch {
 public:
  // After Confinement::open, which may move us to another cgroup.
  explicit MemoryWatch(loop::Loop& loop) : loop_(loop) {}

  // How many the kernel has killed for memory, up to a second ago: a start is to cost nothing more.
  std::uint64_t kills();

  // Notes in the exit of an attempt whose process has ended what is known; to be called before its cgroup goes.
  void take_record(Attempt& attempt);

 private:
  loop::Loop& loop_;
  proc::OomCount count_ = proc::OomCount::open();
  std::uint64_t kills_ = 0;
  Micros read_at_{};
  bool was_read_ = false;
};

}  // namespace sennit::agent

// A process of ours: its pid, a descriptor that tells when it ends, and the process group that it leads.
//
// Threads:   any one at a time.
// Ownership: destroying a Child that has not been reaped kills its whole group and reaps it (blocking until the kernel
//            has ended the process, normally some microseconds).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "base/unique_fd.h"

namespace sennit::proc {

// How a process ended and what it used, its waited-for children included.
struct ProcessEnd {
  enum class How : std::uint8_t { kExited, kSignaled };
  How how = How::kExited;
  int code = 0;               // the exit code, or the signal's number
  std::uint64_t max_rss = 0;  // bytes
  Micros cpu{};               // user and system
};

enum class GroupState : std::uint8_t { kGone, kAlive };

class Child {
 public:
  Child() = default;  // none
  Child(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)), reaped_(other.reaped_), pidfd_(std::move(other.pidfd_)) {}
  Child& operator=(Child&& other) noexcept;
  ~Child() { destroy(); }

  pid_t pid() const { return pid_; }
  int pidfd() const { return pidfd_.get(); }  // readable once the process has ended; for a loop::Watch

  // How it ended; nothing while it runs. Reaps: once.
  std::optional<ProcessEnd> reap();

  // Sends a signal to the group that the child leads, also after the child itself was reaped. Returns whether there was
  // anybody to send it to; 0 only asks. A group whose number was given to other processes is not hit (Linux 6.9; before
  // that the number would have to come round within the moment between the end of the child and this call).
  GroupState signal_group(int signal) const;

 private:
  void destroy();

  pid_t pid_ = 0;
  bool reaped_ = false;
  UniqueFd pidfd_;
};

}  // namespace sennit::proc

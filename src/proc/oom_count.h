// How many processes the kernel has killed for memory among those that have no cgroup of memory of their own: whoever
// dies of SIGKILL while it grows has died of that, in all likelihood.
//
// Threads: any one at a time. Errors: where nothing counts, it stays 0.
#pragma once

#include <cstdint>
#include <string>

#include "base/unique_fd.h"

namespace sennit::proc {

class OomCount {
 public:
  // Of our cgroup, whose memory theirs is; of the whole host where cgroups do not count. Children that are started
  // later must stay in the cgroup that we are in now.
  static OomCount open();

  // 3 us, or 100 us where only the host counts (Linux 6.18).
  std::uint64_t read() const;

 private:
  UniqueFd file_;
};

}  // namespace sennit::proc

// What processes use now: processor time, memory, and what they read from storage and write to it.
//
// Of a cgroup of version 2 its own members are asked, and the cgroup itself for all that it counts; of others all
// processes of the machine are looked through once for everybody who is asked about: a leader, its process group, and
// whoever descends from them.
//
// Threads: any; reads /proc and cgroups, which takes milliseconds. Errors: none; what cannot be read counts as nothing.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/unique_fd.h"

namespace sennit::proc {

struct UseTarget {
  pid_t leader = 0;
  UniqueFd cgroup;  // the directory of its cgroup of version 2; empty: it has none
  UniqueFd memory;  // of the cgroup that limits its memory, of either version; empty: none does
};

// Totals are of all that was ever used, as far as those who used it are still there or have been waited for.
struct UseSample {
  Micros cpu{};
  Bytes memory;  // without what the kernel only caches
  Bytes read;
  Bytes written;
  std::vector<pid_t> pids;
};

std::vector<UseSample> sample_use(std::span<const UseTarget> targets);

// The fields of /proc/<pid>/stat that count. Pure. Nothing: that is none.
struct ProcessStat {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  Micros cpu{};  // its own and that of children who were waited for
};
std::optional<ProcessStat> parse_stat(std::string_view text);

}  // namespace sennit::proc

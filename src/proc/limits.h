// Limits of memory, processors and processes that the kernel holds an attempt to: by cgroups of version 2 where they
// were delegated to us, by those of version 1 as root. Which of them is found out once, per controller.
//
// Only attempts that ask for a limit get such a cgroup; the others pay nothing. Making and ending one costs 250 us.
//
// Threads:   any one at a time.
// Ownership: a LimitedCgroup is its open files; its directories are the tree's. Whoever outlives the owner of the tree
//            calls end_limit_tree.
// Errors:    what cannot be had is a problem that can be told, not a failure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "model/resources.h"
#include "proc/cgroup.h"
#include "proc/cgroup_v1.h"

namespace sennit::proc {

// What a cgroup says of the memory that was used in it.
struct MemoryRecord {
  Bytes peak;  // 0: not known
  bool reached_limit = false;
  bool was_killed = false;  // one of them at least, because memory ran out
};

class LimitedCgroup {
 public:
  LimitedCgroup() = default;  // none: no limit

  explicit operator bool() const { return by_v2_ || cpu_ || memory_ || pids_; }
  bool is_of_v2() const { return by_v2_; }
  std::vector<int> entries() const;                     // for SpawnRequest::enter
  Bytes memory_limit() const { return memory_limit_; }  // 0: none
  MemoryRecord memory() const;
  UniqueFd memory_directory() const;  // of the cgroup that limits it, once more; empty: none does

 private:
  friend class LimitTree;

  CgroupV1 memory_;
  CgroupV1 cpu_;
  CgroupV1 pids_;
  UniqueFd memory_files_;
  Bytes memory_limit_;
  bool by_v2_ = false;
};

class LimitTree {
 public:
  LimitTree() = default;  // limits nobody
  // Below the cgroups that we run in, as directories that begin with `name`. May move us and others of our program into
  // a cgroup of version 2 below ours (proc/cgroup_delegation.h).
  static LimitTree open(const std::string& name);

  const LimitProblems& problems() const { return problems_; }
  std::vector<std::string> paths() const;  // the trees

  // `holder` becomes the cgroup of version 2 to start in, if that is what limits. No limit that can be kept: none.
  Result<LimitedCgroup> make(const ResourceLimits& wanted, Cgroup& holder);
  // Kills whoever is left in it. `holder`: what make gave.
  void end(LimitedCgroup limited, Cgroup holder);

 private:
  void open_v2(const std::string& name);
  void open_v1(const std::string& name);
  Result<void> set_memory(LimitedCgroup& limited, Bytes limit, const Cgroup& holder);
  Result<void> set_cpus(LimitedCgroup& limited, std::uint32_t cpus, const Cgroup& holder);
  Result<void> set_processes(LimitedCgroup& limited, std::uint32_t most, const Cgroup& holder);
  Result<void> set(LimitedCgroup& limited, const ResourceLimits& limits, Cgroup& holder);

  std::optional<CgroupTree> v2_;
  bool v2_memory_ = false;
  bool v2_cpu_ = false;
  bool v2_pids_ = false;
  std::optional<CgroupV1Tree> memory_;
  std::optional<CgroupV1Tree> cpu_;
  std::optional<CgroupV1Tree> pids_;
  std::uint32_t processors_ = 0;
  LimitProblems problems_;
};

// Ends everybody in the trees that LimitTree::open(name) made, and removes them, as end_cgroup_tree. Whom it had moved
// goes back to where he was.
void end_limit_tree(const std::string& name);

}  // namespace sennit::proc

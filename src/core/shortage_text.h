// What a group that is queued lacks, how much of it is free and who holds the rest: one analysis for `why` and for the
// message of a queue timeout.
//
// Computed when somebody asks or a group is given up. Costs a look at each host and, for the holders of CPUs and
// memory, at a bounded number of attempts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/state.h"

namespace sennit::core {

enum class Lacking : std::uint8_t {
  kNothing,   // it fits: those before it are served first
  kPlacing,   // the server is paused
  kAnyHost,   // none is connected
  kParallel,  // max_parallel of its workflow is reached
  kQuota,     // NORMAL and HIGH groups use what is guaranteed to its pool
  kMaximum,   // its pool uses all that it may
  kGpus,
  kCpus,
  kMemory,
  kStorage,
  kMeasurement,  // how busy the GPUs are is being asked
  kLargerHost,   // what is connected is too small for it, also when nothing runs there
};

struct Shortfall {
  Lacking lacking = Lacking::kNothing;
  std::string wanted;   // "4 GPUs", "GPU 2", "16 CPUs", "64 GiB of memory", "a host"
  std::string clause;   // behind the task's name: "waits for 4 GPUs: 2 of 8 free"
  std::string account;  // behind "waited 6h": "for 4 GPUs; 2 free, 6 of 8 held by sweep-3/train, sweep-3/fit"
  std::vector<std::string> details;  // who holds what, one a line
};

// `task` is SCHEDULING; it speaks for its group while that is queued as a whole. With `now`, the details tell for how
// long a device has been held.
Shortfall shortfall_of(const State& state, const WorkflowState& workflow, TaskIndex task, Instant now = {});

// "sweep-3/train"; "another workflow" for one that is gone.
std::string holder_name(const State& state, const Holder& holder);

}  // namespace sennit::core

// What a workflow's GPUs cost: arithmetic on what attempts hold and held. Pure.
//
// Every attempt counts, also one that failed, was lost or was stopped: from when it was given its devices until it gave
// them back, so preparing and waiting at a barrier cost as running does.
#pragma once

#include <optional>

#include "base/instant.h"
#include "core/gpu_time.h"
#include "core/state.h"

namespace sennit::core {

// The attempt that `task` is at ends at `until` and gives its devices back: called while it still has them.
void count_gpu_time(WorkflowState& workflow, TaskIndex task, Instant until);

// WorkflowState::gpu_time, summed up again from the attempts.
GpuTime count_gpu_time_again(const WorkflowState& workflow);

// Of all attempts so far, those that go on up to `now`. One pass over the tasks while the workflow is unfinished.
GpuTime gpu_time_until(const WorkflowState& workflow, Instant now);

struct Cost {
  double gpu_hours = 0;
  std::optional<double> amount;  // nothing: no part of it has a price
};
Cost cost_of(const GpuTime& time);

// What so many thousandths of a GPU, held for `time`, add to a sum.
void add_gpu_time(GpuTime& sum, const WorkflowState& workflow, TaskIndex task, std::uint64_t thousandths, Micros time);

// What is paid for of `gpus` devices: the share of each that is asked for, else `gpu_part` (as event::AttemptPlaced) of
// who asks for memory, else all of it.
std::uint64_t paid_thousandths(const ResourceRequest& request, std::uint64_t gpus, std::uint32_t gpu_part);

// How much of `gpus` a request for memory is, in thousandths of one, rounded up on each; 0 for other requests.
std::uint32_t part_by_memory(const ResourceRequest& request, const HostCapacity& host, GpuSet gpus);
// What was journaled of it for the task's latest attempt.
std::uint32_t gpu_part_of(const WorkflowState& workflow, TaskIndex task);

}  // namespace sennit::core

// What a group needs all at once to be placed: the unit of the ready queues. Two groups of equal shape fit, or do not
// fit, together; so the scheduler tries each shape once, however many groups wait.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "core/gpu_use.h"
#include "model/resources.h"
#include "model/workflow.h"

namespace sennit::core {

// The needs of one task. GPUs are hard; CPUs, memory and disk are admission and are clamped to the host.
struct TaskNeeds {
  std::uint32_t cpus = 0;
  std::uint32_t gpu_count = 0;     // any that many of `allowed` ...
  std::uint64_t gpu_devices = 0;   // ... or exactly these (bits)
  std::uint64_t allowed_gpus = 0;  // bits; 0: every device of the host
  std::uint64_t memory = 0;        // bytes
  std::uint64_t storage = 0;       // bytes of disk
  std::uint32_t gpu_share = 0;     // of each device, in thousandths; 0: not named
  std::uint64_t gpu_memory = 0;    // of each device, in bytes; 0: not named
  bool balanced = false;           // among the devices that would do, it gets those that are busy least
  // A retry in a group that runs: its group has been let in, so it waits for devices only, and before everybody else.
  // It must not wait for CPUs, for max_parallel or for a device that is kept for somebody, because the others of its
  // group hold theirs while they wait for it at the barrier.
  bool admitted = false;

  bool shares_gpus() const { return gpu_share != 0 || gpu_memory != 0; }
  // What it takes of each of its devices.
  GpuPart gpu_part() const { return shares_gpus() ? GpuPart{gpu_share, gpu_memory} : GpuPart{kWholeGpu, 0}; }
  GpuSet devices() const { return GpuSet::from_bits(gpu_devices); }
  // Those of `on_host` that the workflow may use.
  GpuSet usable(GpuSet on_host) const {
    return allowed_gpus == 0 ? on_host : on_host.common(GpuSet::from_bits(allowed_gpus));
  }
  std::uint32_t gpus_wanted() const { return gpu_devices != 0 ? devices().count() : gpu_count; }

  friend auto operator<=>(const TaskNeeds&, const TaskNeeds&) = default;
};

// The tasks of a group in file order; one for a group of one task and for a retry.
using Shape = std::vector<TaskNeeds>;

// A task that names no CPU counts as one, so that a laptop is not swamped; one that asks for GPUs instead counts as
// none, because its devices already limit it.
TaskNeeds needs_of(const Workflow& workflow, TaskIndex task);

// The devices that `allocation: fixed` gives each task: in file order, round and round through the workflow's `gpus`,
// so that a task always waits for the same device. Empty unless the workflow asks for it and lists its GPUs.
std::vector<GpuSet> fixed_devices(const Workflow& workflow);

}  // namespace sennit::core

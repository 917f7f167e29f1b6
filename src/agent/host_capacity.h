// What this host offers to tasks: processors and memory within the limits that we run under, and its GPUs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/nvml.h"
#include "model/resources.h"

namespace sennit::agent {

struct MeasuredHost {
  HostCapacity capacity;
  std::string gpu_problem;  // as fact::HostJoined
};

// Processors: those that we may run on, at most our cgroup's quota rounded up. Memory: the host's, at most our cgroup's
// limit. Storage: what is free now where `directory` lies. GPUs: `SENNIT_GPUS=N` pretends N, `SENNIT_GPUS=Nx80Gi` also
// their memory; else NVML is asked if it is there, and a CUDA_VISIBLE_DEVICES that we were started with hides the
// devices that it does not name. A device that NVML counts and that does not answer is not offered. `nvml` is the name
// of NVML's library. Blocks for as long as the driver takes to answer.
MeasuredHost measure_host(const std::string& directory, const char* nvml = kNvmlLibrary);

// The devices that a SENNIT_GPUS pretends: "4", "4x80Gi", "2x40G". Nothing if it says neither.
std::optional<std::vector<GpuDevice>> pretended_gpus(std::string_view text);

// The devices that a CUDA_VISIBLE_DEVICES leaves of `count`: indexes or the beginnings of `uuids`; as CUDA does it, the
// list ends at the first entry that means nothing.
GpuSet visible_devices(const std::string& text, unsigned count, const std::vector<std::string>& uuids);

std::string host_name();

}  // namespace sennit::agent

// Whether a workflow could ever run on given hosts: asked at submission, so that nobody waits for a fifth GPU of four.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/resources.h"
#include "model/workflow.h"

namespace sennit::core {

struct ResourceComplaint {
  TaskIndex task;  // the first of `tasks` such tasks
  std::uint32_t tasks = 1;
  std::string message;  // "asks for 8 GPUs; the largest host has 4 (0,1,2,3)"
};

// Groups that no host can take, also when it is otherwise free (GPUs are hard: how many, which, and their memory).
// Empty when `hosts` is empty: nothing is known then. Equal requests are reported once.
std::vector<ResourceComplaint> find_infeasible(const Workflow& workflow, std::span<const HostCapacity> hosts);

// Requests for more CPUs, memory or disk than any host has: they run alone on a host instead. For warnings.
std::vector<ResourceComplaint> find_clamped(const Workflow& workflow, std::span<const HostCapacity> hosts);

}  // namespace sennit::core

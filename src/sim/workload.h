// Random workflows of both kinds, from a seed.
#pragma once

#include <cstdint>
#include <memory>

#include "model/workflow.h"
#include "sim/dice.h"
#include "sim/simulated_host.h"

namespace sennit::sim {

// What a random workflow may contain. Without `timing`, its outcome (statuses, codes, numbers of attempts) does not
// depend on when things happen, so that two runs can be compared.
struct WorkloadOptions {
  std::uint32_t max_groups = 12;
  std::uint32_t gpus = 4;            // of the host
  bool timing = false;               // timeouts, starts that hang; failures in groups of several tasks
  std::uint32_t gangs_percent = 25;  // groups of several tasks, of those of a tasks file
  bool unlucky = false;              // exit codes that exit actions speak about are frequent
  bool quick = false;  // many alike that take hardly any time, most of them: some are sent ahead of theirs
};

std::shared_ptr<const Workflow> random_workflow(Dice& dice, const WorkloadOptions& options);

// What tasks do: durations and exits that depend on the seed, the task's name and the turn of the attempt only.
Screenplay random_screenplay(std::uint64_t seed, const WorkloadOptions& options);

}  // namespace sennit::sim

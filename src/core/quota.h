// Whether a pool could ever take a workflow: asked at submission, so that nobody waits for more than his pool may have.
#pragma once

#include <vector>

#include "core/feasibility.h"
#include "model/pools.h"
#include "model/workflow.h"

namespace sennit::core {

// The part of a host that the pool's tasks may use.
HostCapacity capacity_in(const PoolSettings& pool, HostCapacity host);

// Groups that are beyond the pool's guarantee (NORMAL, HIGH) or its maximum even when nothing else runs. Equal ones are
// reported once.
std::vector<ResourceComplaint> find_over_quota(const Workflow& workflow, const PoolSettings& pool, Priority priority);

}  // namespace sennit::core

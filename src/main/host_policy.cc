#include "main/host_policy.h"

namespace sennit::main {

HostCapacity usable_capacity(HostCapacity host, const spec::Config& config) {
  if (const auto pool = config.pools.find(config.default_pool); pool != config.pools.end()) {
    const spec::PoolConfig& limits = pool->second;
    if (limits.cpus) host.cpus = *limits.cpus;
    if (limits.memory) host.memory = *limits.memory;
    if (limits.gpus) host.gpus = host.gpus.common(*limits.gpus);
  }
  if (config.server.slots != 0) host.cpus = config.server.slots;
  return host;
}

void HostPolicy::post(Fact fact) {
  if (auto* joined = std::get_if<fact::HostJoined>(&fact)) {
    joined->capacity = usable_capacity(joined->capacity, config_);
    // Who switched it off does not want to be told that it is not done.
    if (config_.server.enforce_limits == spec::EnforceLimits::kOff) joined->limit_problems = {};
  }
  engine_.post(std::move(fact));
}

}  // namespace sennit::main

#include "main/host_policy.h"

#include <algorithm>

namespace sennit::main {

HostCapacity usable_capacity(HostCapacity host, const spec::Config& config) {
  if (config.pools.empty()) return host;
  HostCapacity usable = host;
  usable.cpus = 0;
  usable.memory = Bytes();
  usable.gpus = GpuSet();
  for (const auto& [name, pool] : config.pools) {
    usable.cpus = std::max(usable.cpus, pool.cpus.value_or(host.cpus));
    usable.memory = std::max(usable.memory, pool.memory.value_or(host.memory));
    usable.gpus = usable.gpus.with(host.gpus.common(pool.gpus.value_or(host.gpus)));
  }
  if (config.server.slots != 0) usable.cpus = config.server.slots;
  return usable;
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

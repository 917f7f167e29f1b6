// Pools: named shares of the hosts. The configuration says what there is; the engine is told once, and again whenever
// that changes (fact::PoolsConfigured). Nothing of it is journaled: what was decided because of it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/instant.h"
#include "model/resources.h"

namespace sennit {

// How many GPUs a pool is entitled to. Below zero: no limit.
struct GpuQuota {
  std::int32_t guarantee = -1;  // of NORMAL and HIGH together; LOW may borrow beyond it
  std::int32_t maximum = -1;    // of all priorities together
  std::uint32_t weight = 1;     // its part of what is over everybody's guarantees
  friend bool operator==(const GpuQuota&, const GpuQuota&) = default;
};

struct PoolSettings {
  std::string name;
  std::string description;
  std::string default_platform;
  std::vector<std::string> platforms;  // sorted
  std::optional<GpuSet> gpus;          // devices that it may use; not given: all of a host
  std::optional<std::uint32_t> cpus;   // of its tasks together; not given: what the hosts have
  std::optional<Bytes> memory;
  GpuQuota quota;
  bool maintenance = false;  // takes no new workflows
  friend bool operator==(const PoolSettings&, const PoolSettings&) = default;
};

// Of all pools together.
struct SchedulerSettings {
  // A workflow counts as submitted so much earlier for each step of its priority over LOW: it is overtaken by those of
  // a higher priority that come within this time, not by later ones. 0: priority always comes first.
  Micros aging{std::chrono::hours(24)};
  // How long a group that came back after it was preempted is left alone; doubled each time.
  Micros preemption_protection{std::chrono::minutes(10)};
  friend bool operator==(const SchedulerSettings&, const SchedulerSettings&) = default;
};

}  // namespace sennit

#include "core/quota.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "core/pools.h"

namespace sennit::core {
namespace {

std::uint64_t quota_of(const Workflow& workflow, const GroupSpec& group) {
  std::uint64_t sum = 0;
  for (const TaskIndex task : TaskRange(group)) sum += quota_of(needs_of(workflow, task));
  return sum;
}

bool is_beyond(std::uint64_t wanted, std::int32_t limit) {
  return limit >= 0 && wanted > static_cast<std::uint64_t>(limit) * kWholeGpu;
}

// "asks for 4 GPUs; pool 'train' guarantees 2 to NORMAL and HIGH; with --priority LOW it may borrow"
std::optional<std::string> complaint(std::uint64_t wanted, std::uint32_t tasks, const PoolSettings& pool,
                                     Priority priority) {
  const GpuQuota& quota = pool.quota;
  std::string who = tasks > 1 ? fmt::format("{} tasks that start together: ", tasks) : "";
  who += "asks for " + gpu_count_text(wanted);
  if (is_beyond(wanted, quota.maximum)) {
    return fmt::format("{}; pool '{}' may use {} at most (resources.gpu.maximum)", who, pool.name, quota.maximum);
  }
  if (priority == Priority::kLow || !is_beyond(wanted, quota.guarantee)) return std::nullopt;
  return fmt::format(
      "{}; pool '{}' guarantees {} to NORMAL and HIGH (resources.gpu.guarantee); --priority LOW may borrow more, and "
      "can be preempted",
      who, pool.name, quota.guarantee);
}

}  // namespace

HostCapacity capacity_in(const PoolSettings& pool, HostCapacity host) {
  if (pool.gpus) host.gpus = host.gpus.common(*pool.gpus);
  if (pool.cpus) host.cpus = std::min(host.cpus, *pool.cpus);
  if (pool.memory) host.memory = std::min(host.memory, *pool.memory);
  return host;
}

std::vector<ResourceComplaint> find_over_quota(const Workflow& workflow, const PoolSettings& pool, Priority priority) {
  std::vector<ResourceComplaint> complaints;
  if (pool.quota.guarantee < 0 && pool.quota.maximum < 0) return complaints;
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::size_t> seen;
  for (const GroupSpec& group : workflow.groups) {
    const std::uint64_t wanted = quota_of(workflow, group);
    const std::optional<std::string> message = complaint(wanted, group.task_count, pool, priority);
    if (!message) continue;
    const auto [it, added] = seen.try_emplace({wanted, group.task_count}, complaints.size());
    if (added) {
      complaints.push_back({group.first_task, group.task_count, *message});
    } else {
      complaints[it->second].tasks += group.task_count;
    }
  }
  return complaints;
}

}  // namespace sennit::core

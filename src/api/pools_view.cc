#include "api/pools_view.h"

#include <algorithm>
#include <vector>

#include "core/bookkeeping.h"
#include "core/pools.h"
#include "core/quota.h"

namespace sennit::api {
namespace {

double in_gpus(std::uint64_t thousandths) { return static_cast<double>(thousandths) / kWholeGpu; }

// A device of a host.
using Device = std::pair<HostId, unsigned>;

std::vector<Device> devices_of(const core::State& state, const PoolSettings& pool) {
  std::vector<Device> devices;
  for (const auto& [id, host] : state.hosts) {
    if (!host.joined) continue;
    const GpuSet gpus = core::capacity_in(pool, host.capacity).gpus;
    for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
      if (gpus.contains(device)) devices.emplace_back(id, device);
    }
  }
  return devices;
}

bool overlap(const std::vector<Device>& a, const std::vector<Device>& b) {
  return std::ranges::any_of(a, [&](const Device& device) { return std::ranges::binary_search(b, device); });
}

std::vector<Device> merged(const std::vector<Device>& a, const std::vector<Device>& b) {
  std::vector<Device> both;
  std::ranges::set_union(a, b, std::back_inserter(both));
  return both;
}

// What of a device is in use, by whomever.
double used_of(const core::HostState& host, unsigned device) {
  const auto use = host.gpu_use.find(device);
  return use == host.gpu_use.end() ? 0 : in_gpus(use->second.share_used(host.capacity.gpu_memory(device)));
}

double in_use(const core::State& state, const std::vector<Device>& devices) {
  double sum = 0;
  for (const auto& [host, device] : devices) sum += used_of(state.hosts.at(host), device);
  return sum;
}

std::string device_text(const std::vector<Device>& devices) {
  GpuSet gpus;
  for (const Device& device : devices) gpus.add(device.second);
  return to_string(gpus);
}

std::string status_of(const core::State& state, const PoolSettings& pool) {
  if (pool.maintenance) return "MAINTENANCE";
  const bool online = std::ranges::any_of(state.hosts, [](const auto& entry) { return entry.second.joined; });
  return online ? "ONLINE" : "OFFLINE";
}

// Pools that share devices, as they are put together.
struct NodeSet {
  std::vector<Device> devices;
  std::vector<const core::PoolState*> pools;
};

views::PoolView view_of(const core::State& state, const core::PoolState& pool, const NodeSet& set) {
  const PoolSettings& settings = pool.settings;
  const std::vector<Device> devices = devices_of(state, settings);
  views::PoolView view{.name = settings.name,
                       .description = settings.description,
                       .status = status_of(state, settings),
                       .default_platform = settings.default_platform,
                       .platforms = settings.platforms,
                       .guarantee = settings.quota.guarantee,
                       .maximum = settings.quota.maximum,
                       .weight = settings.quota.weight,
                       .resource_usage = {},
                       .gpus = device_text(devices),
                       .configured = pool.configured};
  views::PoolUsage& usage = view.resource_usage;
  usage.quota_used = in_gpus(pool.quota_used());
  usage.quota_limit = settings.quota.guarantee < 0 ? static_cast<double>(devices.size())
                                                   : static_cast<double>(settings.quota.guarantee);
  usage.quota_free = std::max(0.0, usage.quota_limit - usage.quota_used);
  usage.total_usage = in_gpus(pool.all_gpus_used());
  usage.total_capacity = static_cast<double>(set.devices.size());
  usage.total_free = usage.total_capacity - in_use(state, set.devices);
  return view;
}

void add_up(views::PoolUsage& sum, const views::PoolUsage& usage) {
  sum.quota_used += usage.quota_used;
  sum.quota_free += usage.quota_free;
  sum.quota_limit += usage.quota_limit;
  sum.total_usage += usage.total_usage;
}

// In order of their first pool's name.
std::vector<NodeSet> node_sets_of(const core::State& state) {
  std::vector<NodeSet> sets;
  for (const auto& [name, id] : state.pool_ids) {
    const core::PoolState& pool = state.pools[id.value()];
    const bool used = pool.all_gpus_used() > 0 || pool.cpus_used > 0;
    if (!pool.configured && !used) continue;
    NodeSet joined{devices_of(state, pool.settings), {&pool}};
    const auto mine = [&](const NodeSet& set) {
      return overlap(set.devices, joined.devices) || (set.devices.empty() && joined.devices.empty());
    };
    for (const NodeSet& set : sets) {
      if (!mine(set)) continue;
      joined.devices = merged(joined.devices, set.devices);
      joined.pools.insert(joined.pools.begin(), set.pools.begin(), set.pools.end());
    }
    std::erase_if(sets, mine);
    sets.push_back(std::move(joined));
  }
  return sets;
}

// A line for each task that has something of the device; one without a task if nobody has.
void add_holders(views::NodeView& view, const core::State& state, const core::HostState& host, unsigned device) {
  view.gpus_used += used_of(host, device);
  const std::size_t before = view.gpus.size();
  for (auto it = host.holders.lower_bound({device, core::Holder()}); it != host.holders.end(); ++it) {
    if (it->first != device) break;
    const core::Holder& holder = it->second;
    const core::WorkflowState* workflow = state.find(holder.workflow);
    if (workflow == nullptr) continue;
    core::GpuUse use;
    use.add(core::needs_held(*workflow, holder.task).gpu_part());
    view.gpus.push_back({device, workflow->submission.id, std::string(workflow->spec->name_of(holder.task)),
                         in_gpus(use.share_used(host.capacity.gpu_memory(device)))});
  }
  if (view.gpus.size() == before) view.gpus.push_back({.device = device, .workflow = "", .task = ""});
}

views::NodeView view_of(const core::State& state, const core::HostState& host) {
  views::NodeView view{.node = host.name,
                       .resource_type = "",
                       .connected = host.joined,
                       .cpus = host.capacity.cpus,
                       .cpus_used = host.cpus_used,
                       .memory = host.capacity.memory.count(),
                       .memory_used = host.memory_used,
                       .storage = host.capacity.storage.count(),
                       .storage_used = host.storage_used,
                       .gpu_count = host.capacity.gpus.count(),
                       .gpus_used = 0,
                       .pretended_gpus = host.capacity.pretended_gpus,
                       .gpu_problem = host.gpu_problem,
                       .running_tasks = host.active,
                       .pools = {},
                       .gpus = {}};
  for (const auto& [name, id] : state.pool_ids) {
    const core::PoolState& pool = state.pools[id.value()];
    if (!pool.configured) continue;
    const HostCapacity part = core::capacity_in(pool.settings, host.capacity);
    std::vector<std::string> platforms = pool.settings.platforms;
    if (platforms.empty()) platforms.push_back(pool.settings.default_platform);
    for (const std::string& platform : platforms) {
      view.pools.push_back({name, platform, part.cpus, part.memory.count(), to_string(part.gpus)});
    }
  }
  const auto configured = std::ranges::count_if(state.pools, [](const core::PoolState& p) { return p.configured; });
  view.resource_type = configured > 1 ? "SHARED" : configured == 1 ? "RESERVED" : "UNUSED";
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (host.capacity.gpus.contains(device)) add_holders(view, state, host, device);
  }
  return view;
}

}  // namespace

views::PoolList pool_list(const core::State& state) {
  views::PoolList list;
  for (const NodeSet& set : node_sets_of(state)) {
    views::NodeSetView& view = list.node_sets.emplace_back();
    for (const core::PoolState* pool : set.pools) {
      view.pools.push_back(view_of(state, *pool, set));
      add_up(list.resource_sum, view.pools.back().resource_usage);
    }
    list.resource_sum.total_capacity += static_cast<double>(set.devices.size());
    list.resource_sum.total_free += static_cast<double>(set.devices.size()) - in_use(state, set.devices);
  }
  return list;
}

views::NodeList node_list(const core::State& state) {
  views::NodeList list;
  for (const auto& [id, host] : state.hosts) list.resources.push_back(view_of(state, host));
  return list;
}

}  // namespace sennit::api

#include "spec/prices.h"

#include <set>

namespace sennit::spec {
namespace {

std::uint64_t thousandths_of(const ResourceRequest& request) {
  const std::uint64_t devices = request.gpu_devices.empty() ? request.gpu_count : request.gpu_devices.count();
  return devices * (request.gpu_share > 0 ? request.gpu_share : kWholeGpu);
}

}  // namespace

GpuPrices prices_for(const Loaded& loaded, const PoolConfig& pool) {
  GpuPrices prices;
  prices.per_hour = price_of(loaded.cost_per_gpu_hour.value_or(pool.cost_per_gpu_hour.value_or(0)));
  if (loaded.cost_per_gpu_hour) return prices;
  for (const auto& [name, platform] : pool.platforms) {
    if (platform.cost_per_gpu_hour) prices.platforms.emplace(name, price_of(*platform.cost_per_gpu_hour));
  }
  // Who names no platform gets the default one.
  const auto usual = prices.platforms.find(pool.default_platform);
  if (usual != prices.platforms.end()) prices.platforms.emplace("", usual->second);
  return prices;
}

std::optional<HourlyCost> hourly_cost(const Workflow& workflow, const GpuPrices& prices) {
  HourlyCost cost;
  std::set<std::uint64_t> seen;
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    const ResourceRequest& request = workflow.resources_of(TaskIndex(t));
    const std::uint64_t gpus = thousandths_of(request);
    if (gpus == 0) continue;
    const std::uint64_t price = prices.of(request.platform);
    cost.thousandths += gpus;
    cost.amount += static_cast<double>(gpus) / kWholeGpu * static_cast<double>(price) / kMillionths;
    seen.insert(price);
  }
  if (seen.empty() || *seen.rbegin() == 0) return std::nullopt;
  if (seen.size() == 1) cost.per_gpu_hour = static_cast<double>(*seen.begin()) / kMillionths;
  return cost;
}

}  // namespace sennit::spec

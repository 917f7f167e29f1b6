// What a file's GPUs cost an hour, by the prices of the file, the pool and its platforms.
#pragma once

#include <cstdint>
#include <optional>

#include "model/gpu_prices.h"
#include "model/workflow.h"
#include "spec/config/config.h"
#include "spec/load.h"

namespace sennit::spec {

// The file's price is meant for all of its tasks; else the pool has one, and its platforms may have others.
GpuPrices prices_for(const Loaded& loaded, const PoolConfig& pool);

// Of all tasks together, as if they ran at once. Nothing: no task that asks for GPUs has a price.
struct HourlyCost {
  std::uint64_t thousandths = 0;       // of GPUs; who asks for memory of a device counts as one
  double amount = 0;                   // an hour of those that have a price
  std::optional<double> per_gpu_hour;  // nothing: several prices
};
std::optional<HourlyCost> hourly_cost(const Workflow& workflow, const GpuPrices& prices);

}  // namespace sennit::spec

#include "spec/prices.h"

#include <gtest/gtest.h>

#include "model/workflow_builder.h"

namespace sennit::spec {
namespace {

Workflow asking_for(const std::vector<ResourceRequest>& requests) {
  WorkflowBuilder builder;
  int number = 0;
  for (const ResourceRequest& request : requests) {
    builder.begin_group("");
    builder.add_task("t" + std::to_string(++number), {}, request, {}, true);
  }
  return std::move(builder).finish().value();
}

ResourceRequest gpus(std::uint32_t count, const std::string& platform = "") {
  ResourceRequest request;
  request.gpu_count = count;
  request.platform = platform;
  return request;
}

TEST(Prices, AnHourOfAllGpus) {
  ResourceRequest half = gpus(1);
  half.gpu_share = 500;
  ResourceRequest named;
  named.gpu_devices.add(3);
  ResourceRequest memory = gpus(1);
  memory.gpu_memory = gibibytes(20);
  const auto cost =
      hourly_cost(asking_for({gpus(4), half, named, memory, {}}), {.per_hour = price_of(2), .platforms = {}});
  ASSERT_TRUE(cost);
  EXPECT_EQ(cost->thousandths, 6500U);
  EXPECT_DOUBLE_EQ(cost->amount, 13);
  EXPECT_EQ(cost->per_gpu_hour, 2);
}

TEST(Prices, PlatformsHaveTheirOwn) {
  const GpuPrices prices{.per_hour = price_of(2), .platforms = {{"big", price_of(4)}}};
  const auto cost = hourly_cost(asking_for({gpus(1), gpus(2, "big")}), prices);
  ASSERT_TRUE(cost);
  EXPECT_DOUBLE_EQ(cost->amount, 10);
  EXPECT_EQ(cost->per_gpu_hour, std::nullopt);
}

TEST(Prices, WithoutAPriceOrGpusThereIsNoCost) {
  EXPECT_FALSE(hourly_cost(asking_for({gpus(4)}), {}));
  EXPECT_FALSE(hourly_cost(asking_for({{}}), {.per_hour = price_of(2), .platforms = {}}));
}

TEST(Prices, TheFilesGoesFirst) {
  PoolConfig pool;
  pool.cost_per_gpu_hour = 3;
  Loaded loaded;
  EXPECT_EQ(prices_for(loaded, pool).per_hour, price_of(3));
  loaded.cost_per_gpu_hour = 5;
  EXPECT_EQ(prices_for(loaded, pool).per_hour, price_of(5));
}

}  // namespace
}  // namespace sennit::spec

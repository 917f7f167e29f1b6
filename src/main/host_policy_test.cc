#include "main/host_policy.h"

#include <gtest/gtest.h>

namespace sennit::main {
namespace {

HostCapacity eight_cpus_four_gpus() { return {.cpus = 8, .memory = gibibytes(16), .gpus = GpuSet::first(4)}; }

TEST(HostPolicy, WithoutConfigurationTheHostIsTakenAtItsWord) {
  EXPECT_EQ(usable_capacity(eight_cpus_four_gpus(), {}), eight_cpus_four_gpus());
}

TEST(HostPolicy, PoolLimitsItsHost) {
  spec::Config config;
  config.pools["local"].cpus = 3;
  config.pools["local"].gpus = GpuSet::from_bits(0b110010);
  const HostCapacity usable = usable_capacity(eight_cpus_four_gpus(), config);
  EXPECT_EQ(usable.cpus, 3U);
  EXPECT_EQ(to_string(usable.gpus), "1");  // 4 and 5 are not there
}

TEST(HostPolicy, AHostOffersWhatAnyPoolMayUse) {
  spec::Config config;
  config.pools["local"].gpus = GpuSet::from_bits(0b0001);
  config.pools["local"].cpus = 2;
  config.pools["other"].gpus = GpuSet::from_bits(0b0010);
  const HostCapacity usable = usable_capacity(eight_cpus_four_gpus(), config);
  EXPECT_EQ(usable.cpus, 8U);
  EXPECT_EQ(to_string(usable.gpus), "0,1");
}

TEST(HostPolicy, SlotsReplaceCpus) {
  spec::Config config;
  config.pools["local"].cpus = 3;
  config.server.slots = 32;
  EXPECT_EQ(usable_capacity(eight_cpus_four_gpus(), config).cpus, 32U);
}

}  // namespace
}  // namespace sennit::main

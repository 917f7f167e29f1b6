// Pools and hosts over HTTP, and what pools refuse.
#include "api/pools_view.h"

#include "api/service_fixture.h"

namespace sennit::api {
namespace {

class PoolsApi : public ServiceTest {
 protected:
  void configure(PoolSettings local) {
    local.name = "local";
    PoolSettings other;
    other.name = "other";
    other.gpus = GpuSet::from_bits(0b10);
    engine_.post(fact::PoolsConfigured{{std::move(local), std::move(other)}, {}});
    settle();
  }
  views::PoolList pools() { return views::parse_pool_list(wait_for(ask("GET", "/v1/pools"))->body).value(); }
  views::NodeList nodes() { return views::parse_node_list(wait_for(ask("GET", "/v1/resources"))->body).value(); }
  std::string one_task(std::uint32_t gpus) {
    return "workflow:\n  name: demo\n  resources: {default: {gpu: " + std::to_string(gpus) +
           "}}\n  tasks:\n  - {name: a, image: x, command: [run]}\n";
  }
};

TEST_F(PoolsApi, PoolsThatShareDevicesAreListedTogether) {
  configure({.quota = {.guarantee = 1}});
  submit(one_task(1));
  const views::PoolList list = pools();
  ASSERT_EQ(list.node_sets.size(), 1U);
  ASSERT_EQ(list.node_sets[0].pools.size(), 2U);
  const views::PoolView& local = list.node_sets[0].pools[0];
  EXPECT_EQ(local.name, "local");
  EXPECT_EQ(local.status, "ONLINE");
  EXPECT_EQ(local.resource_usage, (views::PoolUsage{1, 0, 1, 1, 2, 1}));
  EXPECT_EQ(list.node_sets[0].pools[1].resource_usage.quota_limit, 1);  // no guarantee: its one device
  EXPECT_EQ(list.resource_sum.total_capacity, 2);
}

TEST_F(PoolsApi, HostsSayWhoHoldsTheirDevices) {
  configure({});
  submit(one_task(1));
  const views::NodeList list = nodes();
  ASSERT_EQ(list.resources.size(), 1U);
  EXPECT_EQ(list.resources[0].node, "here");
  EXPECT_EQ(list.resources[0].resource_type, "SHARED");
  EXPECT_EQ(list.resources[0].gpus[0].workflow, "demo-1");
  EXPECT_EQ(list.resources[0].gpus[1].workflow, "");
  EXPECT_EQ(list.resources[0].pools[1].gpus, "1");
}

TEST_F(PoolsApi, APoolInMaintenanceTakesNothingNew) {
  configure({.maintenance = true});
  const auto answer = submit(one_task(1));
  EXPECT_EQ(answer->status, 400);
  EXPECT_NE(answer->body.find("pool 'local' is in maintenance"), std::string::npos) << answer->body;
  EXPECT_EQ(pools().node_sets[0].pools[0].status, "MAINTENANCE");
}

TEST_F(PoolsApi, MoreThanTheGuaranteeIsRefusedWithTheNumbers) {
  configure({.quota = {.guarantee = 1}});
  const auto answer = submit(one_task(2));
  EXPECT_EQ(answer->status, 400);
  EXPECT_NE(answer->body.find("asks for 2 GPUs; pool 'local' guarantees 1"), std::string::npos) << answer->body;
}

}  // namespace
}  // namespace sennit::api

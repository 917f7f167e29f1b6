#include "cli/render/pools_text.h"

#include <gtest/gtest.h>

namespace sennit::cli {
namespace {

views::PoolList two_pools() {
  views::PoolView train{.name = "train", .description = "the big ones", .status = "ONLINE"};
  train.resource_usage = {1, 1, 2, 2.5, 4, 1.5};
  views::PoolView spare{.name = "spare", .status = "MAINTENANCE"};
  spare.resource_usage = {0, 4, 4, 0, 4, 1.5};
  return {.node_sets = {{.pools = {train, spare}}}, .resource_sum = {1, 5, 6, 2.5, 4, 1.5}};
}

TEST(PoolsText, WhatIsUsed) {
  EXPECT_EQ(pools_text(two_pools(), UsageMode::kUsed, Style::plain()),
            "Pool    Description    Status        Quota Used   Quota Limit   Total Usage   Total Capacity\n"
            "============================================================================================\n"
            "train   the big ones   ONLINE        1            2             2.5           4\n"
            "spare                  MAINTENANCE   0            4             0             4 (shared)\n"
            "Sum                                  1            6             2.5           4\n");
}

TEST(PoolsText, WhatIsFree) {
  EXPECT_EQ(pools_text(two_pools(), UsageMode::kFree, Style::plain()),
            "Pool    Description    Status        Quota Free   Total Free\n"
            "==============================================================\n"
            "train   the big ones   ONLINE        1            1.5\n"
            "spare                  MAINTENANCE   4            1.5 (shared)\n"
            "Sum                                  5            1.5\n");
}

TEST(PoolsText, HostsByPool) {
  views::NodeView node{.node = "here", .resource_type = "SHARED", .connected = true, .cpus = 8, .cpus_used = 3};
  node.memory = 16ULL << 30;
  node.memory_used = (1ULL << 30) + 1;
  node.storage = 100ULL << 30;
  node.storage_used = 1ULL << 30;
  node.gpu_count = 2;
  node.gpus_used = 0.5;
  node.pools = {{"train", "dgx", 8, node.memory, "0,1"}};
  EXPECT_EQ(nodes_text({{node}}, UsageMode::kUsed, Style::plain()),
            "Node   Pool    Platform   Type     CPU [#]   Memory [Gi]   Storage [Gi]   GPU [#]\n"
            "=================================================================================\n"
            "here   train   dgx        SHARED   3/8       2/16          1/100          0.5/2\n");
  EXPECT_EQ(nodes_text({}, UsageMode::kUsed, Style::plain()), "No host is connected\n");
}

}  // namespace
}  // namespace sennit::cli

#include "core/ready_queues.h"

#include <gtest/gtest.h>

namespace sennit::core {
namespace {

constexpr PoolId kPool{0};

class ReadyQueuesTest : public ::testing::Test {
 protected:
  static Shape cpus(std::uint32_t count) { return {TaskNeeds{.cpus = count}}; }
  static QueueKey key(std::uint64_t workflow, std::uint32_t front) {
    return {.turn = 0, .workflow = WorkflowKey(workflow), .front = TaskIndex(front), .lane = 0};
  }
  void add(const Shape& shape, const QueueKey& key) { ready_.add({kPool, Entitlement::kGuaranteed, shape}, key); }
  void remove(const Shape& shape, const QueueKey& key) { ready_.remove({kPool, Entitlement::kGuaranteed, shape}, key); }
  // The CPUs that the fronts ask for, in their order.
  std::vector<std::uint32_t> fronts() const {
    std::vector<std::uint32_t> found;
    for (const auto& [id, bin] : ready_.bins()) {
      for (const auto& [first, queue] : bin) found.push_back(queue->first.shape.front().cpus);
    }
    return found;
  }

  ReadyQueues ready_;
};

TEST_F(ReadyQueuesTest, QueuesAreInTheOrderOfTheirFronts) {
  add(cpus(1), key(3, 0));
  add(cpus(2), key(2, 7));
  add(cpus(3), key(2, 5));
  EXPECT_EQ(fronts(), (std::vector<std::uint32_t>{3, 2, 1}));
  add(cpus(1), key(1, 9));
  EXPECT_EQ(fronts(), (std::vector<std::uint32_t>{1, 3, 2}));
  remove(cpus(1), key(1, 9));
  EXPECT_EQ(fronts(), (std::vector<std::uint32_t>{3, 2, 1}));
  remove(cpus(3), key(2, 5));
  EXPECT_EQ(fronts(), (std::vector<std::uint32_t>{2, 1}));
}

TEST_F(ReadyQueuesTest, WhoWantsADeviceIsApart) {
  add(cpus(1), key(1, 0));
  add({TaskNeeds{.gpu_count = 1}}, key(2, 0));
  add({TaskNeeds{.gpu_count = 2}}, key(3, 0));
  EXPECT_EQ(ready_.bins().size(), 3U);
  remove({TaskNeeds{.gpu_count = 1}}, key(2, 0));
  EXPECT_EQ(ready_.bins().size(), 2U);
}

TEST_F(ReadyQueuesTest, AnEmptyQueueStaysUntilItIsDropped) {
  const Shape shape = cpus(1);
  add(shape, key(1, 0));
  remove(shape, key(1, 0));
  EXPECT_NE(ready_.find({kPool, Entitlement::kGuaranteed, shape}), nullptr);
  ready_.drop_if_empty({kPool, Entitlement::kGuaranteed, shape});
  EXPECT_EQ(ready_.find({kPool, Entitlement::kGuaranteed, shape}), nullptr);
}

}  // namespace
}  // namespace sennit::core

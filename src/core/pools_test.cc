#include "core/pools.h"

#include "core/core_fixture.h"
#include "core/explain.h"
#include "core/quota.h"

namespace sennit::core {
namespace {

class Pools : public CoreTest {
 protected:
  static PoolSettings pool(const std::string& name, GpuQuota quota) {
    PoolSettings settings;
    settings.name = name;
    settings.quota = quota;
    return settings;
  }
  // `count` workflows of one task with `gpus` GPUs each.
  std::vector<WorkflowKey> submit_many(int count, std::uint32_t gpus, const In& in) {
    std::vector<WorkflowKey> keys;
    keys.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) keys.push_back(submit(TestFlow().task(needs_gpus("a", gpus)).build(), in));
    return keys;
  }
  int placed(const std::vector<WorkflowKey>& keys) const {
    int count = 0;
    for (const WorkflowKey key : keys) count += is_active(row("a", key).status) ? 1 : 0;
    return count;
  }
};

TEST_F(Pools, NormalGroupsStayWithinTheGuarantee) {
  configure({pool("train", {.guarantee = 2})});
  join();
  const auto normal = submit_many(4, 1, {.priority = Priority::kNormal, .pool = "train"});
  EXPECT_EQ(placed(normal), 2);
  run("a", 0, normal[0]);
  EXPECT_EQ(placed(normal), 2);
  EXPECT_EQ(status("a", normal[2]), "INITIALIZING");
}

TEST_F(Pools, HighAndNormalShareTheGuarantee) {
  configure({pool("train", {.guarantee = 2})});
  join();
  EXPECT_EQ(placed(submit_many(1, 2, {.priority = Priority::kHigh, .pool = "train"})), 1);
  EXPECT_EQ(placed(submit_many(1, 1, {.priority = Priority::kNormal, .pool = "train"})), 0);
}

TEST_F(Pools, LowBorrowsUpToTheMaximum) {
  configure({pool("train", {.guarantee = 1, .maximum = 3})});
  join();
  EXPECT_EQ(placed(submit_many(4, 1, {.priority = Priority::kLow, .pool = "train"})), 3);
}

TEST_F(Pools, WhoeverWaitsForQuotaHoldsUpNobodyElse) {
  configure({pool("train", {.guarantee = 1}), pool("other", {})});
  join();
  const auto train = submit_many(2, 1, {.priority = Priority::kNormal, .pool = "train"});
  EXPECT_EQ(placed(train), 1);
  EXPECT_EQ(placed(submit_many(4, 1, {.priority = Priority::kNormal, .pool = "other"})), 3);
}

TEST_F(Pools, ATaskWithoutGpusNeedsNoQuota) {
  configure({pool("train", {.guarantee = 0, .maximum = 0})});
  join();
  const WorkflowKey key = submit(TestFlow().task("a").build(), In{.pool = "train"});
  EXPECT_EQ(status("a", key), "INITIALIZING");
}

TEST_F(Pools, APoolIsAFenceAroundItsDevices) {
  PoolSettings left = pool("left", {});
  left.gpus = GpuSet::from_bits(0b0011);
  configure({left, pool("all", {})});
  join();
  const auto in_left = submit_many(3, 1, {.pool = "left"});
  EXPECT_EQ(placed(in_left), 2);
  const auto in_all = submit_many(1, 2, {.pool = "all"});
  EXPECT_EQ(row("a", in_all[0]).gpus, GpuSet::from_bits(0b1100));
}

TEST_F(Pools, APoolsCpusAreItsTasksTogether) {
  PoolSettings small = pool("small", {});
  small.cpus = 1;
  configure({small});
  join();
  const WorkflowKey first = submit(TestFlow().task("a").task("b").build(), In{.pool = "small"});
  EXPECT_EQ(status("a", first), "INITIALIZING");
  EXPECT_EQ(status("b", first), "SCHEDULING");
  const WorkflowKey other = submit(TestFlow().task("a").build());
  EXPECT_EQ(status("a", other), "INITIALIZING");  // the limit is that pool's, not the host's
}

// Each host has room for what it would get, but a third of what the pool may use is taken.
TEST_F(Pools, APoolsLimitsAreOfAGroupOverSeveralHostsTogether) {
  PoolSettings few_cpus = pool("cpus", {});
  few_cpus.cpus = 3;
  PoolSettings little_memory = pool("memory", {});
  little_memory.memory = gibibytes(3);
  configure({few_cpus, little_memory});
  join({.cpus = 8, .memory = gibibytes(8), .gpus = GpuSet::first(2)});
  happen(fact::HostJoined{
      .host = HostId(2), .name = "there", .capacity = {.cpus = 8, .memory = gibibytes(8), .gpus = GpuSet::first(2)}});
  for (const char* name : {"cpus", "memory"}) {
    std::vector<TestTask> tasks;
    for (const char* task : {"lead", "left", "right"}) {
      tasks.push_back(needs_gpus(task, 1));
      tasks.back().resources.cpus = 1;
      tasks.back().resources.memory = gibibytes(1);
      tasks.back().lead = tasks.size() == 1;
    }
    TestTask alone = needs_cpus("a", 1);
    alone.resources.memory = gibibytes(1);
    const WorkflowKey first = submit(TestFlow().task(alone).build(), In{.pool = name});
    const WorkflowKey gang = submit(TestFlow().gang({}, tasks).build(), In{.pool = name});
    EXPECT_EQ(status("lead", gang), "SCHEDULING") << name;
    run("a", 0, first);
    EXPECT_EQ(status("lead", gang), "INITIALIZING") << name;
    for (const char* task : {"lead", "left", "right"}) run(task, 0, gang);
  }
}

// a: 1 guaranteed and uses 1; b: 1 guaranteed and uses none. What is free goes to b first.
TEST_F(Pools, TheGuaranteedShareComesBeforeWhatIsBorrowed) {
  configure({pool("a", {.guarantee = 1}), pool("b", {.guarantee = 1})});
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(2)});
  const auto busy = submit_many(2, 1, {.priority = Priority::kLow, .pool = "a"});
  const auto borrowing = submit_many(1, 1, {.priority = Priority::kLow, .pool = "a"});
  const auto entitled = submit_many(1, 1, {.priority = Priority::kLow, .pool = "b"});
  run("a", 0, busy[0]);
  EXPECT_EQ(placed(borrowing), 0);
  EXPECT_EQ(placed(entitled), 1);
}

TEST_F(Pools, WhatIsLeftIsSharedByWeight) {
  configure({pool("a", {.guarantee = 0, .weight = 3}), pool("b", {.guarantee = 0, .weight = 1})});
  const auto a = submit_many(8, 1, {.priority = Priority::kLow, .pool = "a"});
  const auto b = submit_many(8, 1, {.priority = Priority::kLow, .pool = "b"});
  join({.cpus = 8, .memory = {}, .gpus = GpuSet::first(8)});
  EXPECT_EQ(placed(a), 6);
  EXPECT_EQ(placed(b), 2);
}

TEST_F(Pools, WhoeverHasWaitedForTheAgingTimeComesBeforeTheNextPriority) {
  configure({}, {.aging = std::chrono::hours(1), .preemption_protection = std::chrono::minutes(10)});
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(1)});
  const auto busy = submit_many(1, 1, {.priority = Priority::kHigh});
  const auto old = submit_many(1, 1, {.priority = Priority::kLow});
  pass(std::chrono::minutes(61));
  const auto fresh = submit_many(1, 1, {.priority = Priority::kNormal});
  run("a", 0, busy[0]);
  EXPECT_EQ(placed(old), 1);
  EXPECT_EQ(placed(fresh), 0);
}

// Both are placed at the same time, the one that borrows first.
TEST_F(Pools, WhatLowUsesIsNotOfTheGuarantee) {
  configure({pool("train", {.guarantee = 2})}, {.aging = std::chrono::hours(1)});
  const auto low = submit_many(1, 2, {.priority = Priority::kLow, .pool = "train"});
  pass(std::chrono::hours(2));
  const auto normal = submit_many(1, 2, {.priority = Priority::kNormal, .pool = "train"});
  join();
  EXPECT_EQ(placed(low), 1);
  EXPECT_EQ(placed(normal), 1);
}

TEST_F(Pools, WithoutAgingPriorityAlwaysComesFirst) {
  configure({}, {.aging = Micros(0), .preemption_protection = Micros(0)});
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(1)});
  const auto busy = submit_many(1, 1, {.priority = Priority::kHigh});
  const auto old = submit_many(1, 1, {.priority = Priority::kLow});
  pass(std::chrono::hours(10'000));
  const auto fresh = submit_many(1, 1, {.priority = Priority::kNormal});
  run("a", 0, busy[0]);
  EXPECT_EQ(placed(old), 0);
  EXPECT_EQ(placed(fresh), 1);
}

TEST_F(Pools, ANewConfigurationCountsForThoseWhoWait) {
  configure({pool("train", {.guarantee = 1})});
  join();
  const auto normal = submit_many(3, 1, {.priority = Priority::kNormal, .pool = "train"});
  EXPECT_EQ(placed(normal), 1);
  configure({pool("train", {.guarantee = 3})});
  EXPECT_EQ(placed(normal), 3);
}

TEST_F(Pools, APoolThatIsNoLongerConfiguredKeepsWhatItHad) {
  configure({pool("train", {.guarantee = 1})});
  join();
  const auto normal = submit_many(2, 1, {.priority = Priority::kNormal, .pool = "train"});
  configure({});
  EXPECT_EQ(placed(normal), 1);
  run("a", 0, normal[0]);
  EXPECT_EQ(status("a", normal[1]), "INITIALIZING");
}

// What a group of several was given is its own until it ends, also while one of its tasks waits to be tried again.
TEST_F(Pools, ATaskThatIsTriedAgainInItsGroupNeedsNoNewQuota) {
  configure({pool("train", {.guarantee = 2})});
  join();
  TestTask lead = needs_gpus("lead", 1);
  TestTask side = needs_gpus("side", 1);
  side.lead = false;
  side.policy.exit_actions.push_back({ExitActionKind::kReschedule, 3, 3});
  const WorkflowKey gang = submit(TestFlow().gang({}, {lead, side}).build(), In{.pool = "train"});
  start("lead", gang);
  start("side", gang);
  const auto waiting = submit_many(1, 1, {.priority = Priority::kHigh, .pool = "train"});
  exit("side", 3, gang);
  EXPECT_EQ(status("side", gang), "INITIALIZING");
  EXPECT_EQ(placed(waiting), 0);
}

TEST_F(Pools, WhyNamesTheQuotaAndWhoUsesIt) {
  configure({pool("train", {.guarantee = 2})});
  join();
  submit_many(1, 2, {.priority = Priority::kHigh, .pool = "train"});
  submit_many(1, 2, {.priority = Priority::kLow, .pool = "train"});
  const WorkflowKey key = submit(TestFlow().task(needs_gpus("a", 1)).build(), In{.pool = "train"});
  const Why why = explain_task(state_, flow(key), index("a", key), now_);
  EXPECT_EQ(why.headline, "a waits for the quota of pool 'train': it wants 1 GPU, and 2 of 2 guaranteed are used");
  EXPECT_EQ(why.details.front(), "used by flow-1 (2 GPUs, HIGH)");
  EXPECT_EQ(why.hint, "sennit pool list -p train");
}

TEST_F(Pools, WhyNamesTheMaximum) {
  configure({pool("train", {.guarantee = 0, .maximum = 2})});
  join();
  const auto low = submit_many(2, 2, {.priority = Priority::kLow, .pool = "train"});
  const Why why = explain_task(state_, flow(low[1]), index("a", low[1]), now_);
  EXPECT_EQ(why.headline, "a waits for pool 'train', which may use 2 GPUs at most: it wants 2 GPUs, and 2 are used");
}

TEST(Quota, AGroupBeyondTheGuaranteeIsToldWhatItMayDo) {
  PoolSettings pool;
  pool.name = "train";
  pool.quota = {.guarantee = 2, .maximum = 4};
  const auto workflow = TestFlow().task(needs_gpus("a", 3)).task(needs_gpus("b", 3)).task("c").build();
  const auto normal = find_over_quota(*workflow, pool, Priority::kNormal);
  ASSERT_EQ(normal.size(), 1U);
  EXPECT_EQ(normal[0].tasks, 2U);
  EXPECT_EQ(normal[0].message,
            "asks for 3 GPUs; pool 'train' guarantees 2 to NORMAL and HIGH (resources.gpu.guarantee); --priority LOW "
            "may borrow more, and can be preempted");
  EXPECT_TRUE(find_over_quota(*workflow, pool, Priority::kLow).empty());
}

TEST(Quota, AGroupBeyondTheMaximumFitsInNoPriority) {
  PoolSettings pool;
  pool.name = "train";
  pool.quota.maximum = 2;
  TestTask side = needs_gpus("side", 1);
  side.lead = false;
  const auto gang = TestFlow().gang({}, {needs_gpus("lead", 2), side}).build();
  const auto low = find_over_quota(*gang, pool, Priority::kLow);
  ASSERT_EQ(low.size(), 1U);
  EXPECT_EQ(low[0].message,
            "2 tasks that start together: asks for 3 GPUs; pool 'train' may use 2 at most (resources.gpu.maximum)");
}

TEST(GpusText, ThousandthsForPeople) {
  EXPECT_EQ(gpus_text(0), "0");
  EXPECT_EQ(gpus_text(2000), "2");
  EXPECT_EQ(gpus_text(500), "0.5");
  EXPECT_EQ(gpus_text(1125), "1.125");
}

}  // namespace
}  // namespace sennit::core

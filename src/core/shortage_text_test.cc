#include "core/shortage_text.h"

#include "core/core_fixture.h"

namespace sennit::core {
namespace {

class ShortageText : public CoreTest {
 protected:
  Shortfall of(const std::string& name, WorkflowKey key = WorkflowKey(1)) const {
    return shortfall_of(state_, flow(key), index(name, key));
  }
  static TestTask needs_memory(const std::string& name, std::uint64_t gib) {
    TestTask task{.name = name, .resources = {}, .policy = {}};
    task.resources.memory = gibibytes(gib);
    return task;
  }
};

TEST_F(ShortageText, GpusNameEachHolderOnce) {
  join({.cpus = 8, .memory = {}, .gpus = GpuSet::first(8)});
  submit(TestFlow().task(needs_gpus("train", 4)).task(needs_gpus("fit", 2)).build());
  const WorkflowKey late = submit(TestFlow().task(needs_gpus("eval", 4)).build());
  const Shortfall shortfall = of("eval", late);
  EXPECT_EQ(shortfall.lacking, Lacking::kGpus);
  EXPECT_EQ(shortfall.clause, "waits for 4 GPUs: 2 of 8 free");
  EXPECT_EQ(shortfall.account, "for 4 GPUs; 2 free, 6 of 8 held by flow-1/train, flow-1/fit");
  EXPECT_EQ(shortfall.details.size(), 6U);
}

TEST_F(ShortageText, ANamedGpuIsTheOneThatCounts) {
  join({.cpus = 8, .memory = {}, .gpus = GpuSet::first(4)});
  TestTask holder = needs_gpus("holder", 0);
  holder.resources.gpu_devices.add(1);
  TestTask waits = holder;
  waits.name = "waits";
  submit(TestFlow().task(holder).task(waits).build());
  EXPECT_EQ(of("waits").account, "for GPU 1; 0 free, 1 of 1 held by flow-1/holder");
}

TEST_F(ShortageText, CpusNameTheLargestHolderFirst) {
  join({.cpus = 8, .memory = {}, .gpus = {}});
  submit(TestFlow().task(needs_cpus("small", 2)).task(needs_cpus("large", 5)).task(needs_cpus("waits", 4)).build());
  const Shortfall shortfall = of("waits");
  EXPECT_EQ(shortfall.lacking, Lacking::kCpus);
  EXPECT_EQ(shortfall.account, "for 4 CPUs; 1 free, 7 of 8 held by flow-1/large, flow-1/small");
  EXPECT_EQ(shortfall.details.front(), "2 tasks running on here");
}

TEST_F(ShortageText, MemoryIsToldInItsUnits) {
  join({.cpus = 8, .memory = gibibytes(16), .gpus = {}});
  submit(TestFlow().task(needs_memory("a", 12)).task(needs_memory("b", 8)).build());
  EXPECT_EQ(of("b").clause, "waits for 8 GiB of memory: 4 GiB of 16 GiB free");
  EXPECT_EQ(of("b").account, "for 8 GiB of memory; 4 GiB free, 12 GiB of 16 GiB held by flow-1/a");
}

TEST_F(ShortageText, MaxParallelNamesWhoRuns) {
  TestFlow flow;
  flow.header().max_parallel = 1;
  join();
  submit(flow.task("a").task("b").build());
  EXPECT_EQ(of("b").lacking, Lacking::kParallel);
  EXPECT_EQ(of("b").account, "for a place under max_parallel; 1 of 1 are taken by a");
}

TEST_F(ShortageText, WithoutAHostNothingElseIsLookedAt) {
  submit(TestFlow().task(needs_gpus("a", 4)).build());
  EXPECT_EQ(of("a").lacking, Lacking::kAnyHost);
  EXPECT_EQ(of("a").account, "for a host; none is connected");
}

TEST_F(ShortageText, APausedServerIsTheReason) {
  join();
  state_.placing = Placing::kPaused;
  submit(TestFlow().task("a").build());
  EXPECT_EQ(of("a").lacking, Lacking::kPlacing);
}

TEST_F(ShortageText, WhatNoHostHasIsToldWithWhatTheyHave) {
  join({.cpus = 8, .memory = {}, .gpus = GpuSet::first(2)});
  submit(TestFlow().task(needs_gpus("a", 4)).build());
  EXPECT_EQ(of("a").lacking, Lacking::kLargerHost);
  EXPECT_EQ(of("a").account, "for 4 GPUs, which no host has: here has 2 GPUs");
}

TEST_F(ShortageText, AGroupOverTwoHostsCountsBoth) {
  join({.cpus = 8, .memory = {}, .gpus = GpuSet::first(2)});
  fact::HostJoined second;
  second.host = HostId(2);
  second.name = "there";
  second.capacity = {.cpus = 8, .memory = {}, .gpus = GpuSet::first(2)};
  happen(second);
  submit(TestFlow().task(needs_gpus("a", 1)).build());
  submit(TestFlow().gang({}, {needs_gpus("x", 2), needs_gpus("y", 2)}).build());
  EXPECT_EQ(of("x", WorkflowKey(2)).account, "for 4 GPUs; 3 free, 1 of 4 held by flow-1/a");
}

// Each host has room for one of them; the pool's limit is of both together.
TEST_F(ShortageText, APoolsLimitIsOfAllHostsTogether) {
  PoolSettings pool;
  pool.name = "local";
  pool.memory = gibibytes(16);
  configure({pool});
  join({.cpus = 8, .memory = gibibytes(64), .gpus = GpuSet::first(1)});
  happen(fact::HostJoined{
      .host = HostId(2), .name = "there", .capacity = {.cpus = 8, .memory = gibibytes(64), .gpus = GpuSet::first(1)}});
  submit(TestFlow().task(needs_memory("a", 6)).build());
  TestTask half = needs_gpus("x", 1);
  half.resources.memory = gibibytes(6);
  TestTask other = half;
  other.name = "y";
  submit(TestFlow().gang({}, {half, other}).build());
  EXPECT_EQ(of("x", WorkflowKey(2)).lacking, Lacking::kMemory);
  EXPECT_EQ(of("x", WorkflowKey(2)).clause, "waits for 12 GiB of memory: 10 GiB of 16 GiB free");
}

// There are CPUs enough, but not where the GPUs are.
TEST_F(ShortageText, EnoughInAllButNotTogetherIsSaid) {
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(2)});
  happen(fact::HostJoined{
      .host = HostId(2), .name = "there", .capacity = {.cpus = 16, .memory = {}, .gpus = GpuSet::first(1)}});
  submit(TestFlow().task(needs_cpus("a", 3)).build());
  const auto task = [](const std::string& name) {
    TestTask one = needs_gpus(name, 1);
    one.resources.cpus = 2;
    return one;
  };
  submit(TestFlow().gang({}, {task("x"), task("y"), task("z")}).build());
  EXPECT_EQ(of("x", WorkflowKey(2)).clause, "waits for 6 CPUs: 17 of 20 free, but not as its tasks need them together");
}

// Somebody older keeps the place that is free.
TEST_F(ShortageText, WhoIsNextWaitsForItsTurn) {
  join({.cpus = 4, .memory = {}, .gpus = {}});
  submit(TestFlow().task(needs_cpus("a", 3)).task(needs_cpus("b", 4)).task(needs_cpus("c", 1)).build());
  EXPECT_EQ(of("c").lacking, Lacking::kNothing);
}

}  // namespace
}  // namespace sennit::core

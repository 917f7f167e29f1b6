#include "core/core_fixture.h"
#include "core/explain.h"
#include "core/feasibility.h"

namespace sennit::core {
namespace {

using Place = CoreTest;

TestTask device(const std::string& name, unsigned index) {
  TestTask task{.name = name, .resources = {}, .policy = {}};
  task.resources.gpu_devices.add(index);
  return task;
}

TEST_F(Place, AGpuThatIsTakenDoesNotHoldUpOtherWork) {
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(1)});
  submit(TestFlow().task(needs_gpus("a", 1)).task(needs_gpus("b", 1)).task("cpu").build());
  EXPECT_EQ(status("b"), "SCHEDULING");
  EXPECT_EQ(status("cpu"), "INITIALIZING");
}

TEST_F(Place, AJobForABusyDeviceLetsOneForAnIdleDevicePass) {
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(2)});
  submit(TestFlow().task(device("a", 0)).task(device("b", 0)).task(device("c", 1)).build());
  EXPECT_EQ(status("b"), "SCHEDULING");
  EXPECT_EQ(row("c").gpus, GpuSet::from_bits(2));
}

TEST_F(Place, ABigRequestIsNotStarvedBySmallOnes) {
  join({.cpus = 8, .memory = {}, .gpus = GpuSet::first(2)});
  submit(TestFlow().task(needs_gpus("a", 1)).task(needs_gpus("big", 2)).task(needs_gpus("small", 1)).build());
  EXPECT_EQ(status("big"), "SCHEDULING");
  EXPECT_EQ(status("small"), "SCHEDULING");
  run("a");
  EXPECT_EQ(status("big"), "INITIALIZING");
}

TEST_F(Place, HigherPriorityGoesFirst) {
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("now").build());
  const WorkflowKey low = submit(TestFlow().task("a").build(), Priority::kLow);
  const WorkflowKey high = submit(TestFlow().task("a").build(), Priority::kHigh);
  run("now");
  EXPECT_EQ(status("a", low), "SCHEDULING");
  EXPECT_EQ(status("a", high), "INITIALIZING");
}

TEST_F(Place, MaxParallelIsKept) {
  TestFlow flow;
  flow.header().max_parallel = 2;
  join();
  submit(flow.task("a").task("b").task("c").build());
  EXPECT_EQ(status("c"), "SCHEDULING");
  run("b");
  EXPECT_EQ(status("c"), "INITIALIZING");
}

TEST_F(Place, MoreJobsThanDevicesQueue) {
  TestFlow flow;
  for (int i = 0; i < 8; ++i) flow.task(needs_gpus("j" + std::to_string(i), 1));
  join({.cpus = 2, .memory = {}, .gpus = GpuSet::first(4)});
  submit(flow.build());
  EXPECT_EQ(this->flow().active, 4U);  // devices limit jobs that ask for them, not CPUs
  run("j2");
  EXPECT_EQ(row("j4").gpus, GpuSet::from_bits(4));
}

TEST_F(Place, TheWorkflowsGpusAreAFence) {
  TestFlow flow;
  flow.header().gpus = GpuSet::from_bits(0b1010);
  join();
  submit(flow.task(needs_gpus("a", 1)).task(needs_gpus("b", 1)).task(needs_gpus("c", 1)).build());
  EXPECT_EQ(row("a").gpus, GpuSet::from_bits(0b0010));
  EXPECT_EQ(row("b").gpus, GpuSet::from_bits(0b1000));
  EXPECT_EQ(status("c"), "SCHEDULING");
}

TEST_F(Place, FixedAllocationWaitsForItsOwnDevice) {
  TestFlow flow;
  flow.header().gpus = GpuSet::first(2);
  flow.header().allocation = Allocation::kFixed;
  join();
  submit(flow.task(needs_gpus("a", 1)).task(needs_gpus("b", 1)).task(needs_gpus("c", 1)).build());
  run("b");
  EXPECT_EQ(status("c"), "SCHEDULING");  // GPU 1 is free, but c is given GPU 0
  run("a");
  EXPECT_EQ(row("c").gpus, GpuSet::first(1));
}

TEST_F(Place, AnImpossibleRequestIsExplainedAndBlocksNobody) {
  join();
  const auto workflow = TestFlow().task(needs_gpus("a", 8)).task(needs_gpus("b", 4)).build();
  const std::vector<HostCapacity> hosts = {state_.hosts.at(kHost).capacity};
  const std::vector<ResourceComplaint> complaints = find_infeasible(*workflow, hosts);
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_EQ(complaints[0].message, "asks for 8 GPUs; this host has 4 (0,1,2,3)");
  submit(workflow);
  EXPECT_EQ(status("b"), "INITIALIZING");
  EXPECT_EQ(explain_task(state_, flow(), index("a"), now_).headline, "a asks for 8 GPUs, which no host has");
}

TEST_F(Place, TooManyCpusAreClampedAndReported) {
  join();
  const auto workflow = TestFlow().task(needs_cpus("a", 64)).build();
  EXPECT_EQ(find_clamped(*workflow, std::vector{state_.hosts.at(kHost).capacity}).size(), 1U);
  submit(workflow);
  EXPECT_EQ(status("a"), "INITIALIZING");
}

TEST_F(Place, NothingIsPlacedWhilePaused) {
  join();
  state_.placing = Placing::kPaused;
  submit(TestFlow().task("a").build());
  EXPECT_EQ(status("a"), "SCHEDULING");
  EXPECT_EQ(explain_task(state_, flow(), index("a"), now_).headline, "a waits because the server is paused");
}

}  // namespace
}  // namespace sennit::core

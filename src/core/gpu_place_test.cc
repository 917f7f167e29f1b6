// GPUs that tasks share, and GPUs that are chosen by load: what the scheduler makes of them.
#include "core/core_fixture.h"
#include "core/explain.h"
#include "core/feasibility.h"

namespace sennit::core {
namespace {

HostCapacity machine(unsigned gpus, Bytes memory = gibibytes(80)) {
  HostCapacity host{.cpus = 16, .memory = gibibytes(64), .gpus = GpuSet::first(gpus)};
  host.devices.assign(gpus, {"H100", memory});
  return host;
}

TestTask shares(const std::string& name, std::uint32_t thousandths) {
  TestTask task = needs_gpus(name, 1);
  task.resources.gpu_share = thousandths;
  return task;
}

TestTask wants_memory(const std::string& name, std::uint64_t gibi) {
  TestTask task = needs_gpus(name, 1);
  task.resources.gpu_memory = gibibytes(gibi);
  return task;
}

class SharedGpus : public CoreTest {
 protected:
  std::string gpus_of(const std::string& name) const { return to_string(row(name).gpus); }
  Why why(const std::string& name) const { return explain_task(state_, flow(), index(name), now_); }
  std::string complaint(const std::shared_ptr<const Workflow>& workflow, const HostCapacity& host) const {
    const std::vector<ResourceComplaint> complaints = find_infeasible(*workflow, std::vector{host});
    return complaints.empty() ? "" : complaints.front().message;
  }
};

TEST_F(SharedGpus, TwoHalvesFitAThirdPartWaits) {
  join(machine(1));
  submit(TestFlow().task(shares("a", 500)).task(shares("b", 500)).task(shares("c", 250)).build());
  EXPECT_EQ(gpus_of("a"), "0");
  EXPECT_EQ(gpus_of("b"), "0");
  EXPECT_EQ(status("c"), "SCHEDULING");
  run("a");
  EXPECT_EQ(gpus_of("c"), "0");
}

TEST_F(SharedGpus, AWaitNamesEveryHolderWithItsPart) {
  join(machine(1));
  submit(TestFlow().task(shares("a", 500)).task(wants_memory("b", 20)).task(shares("c", 400)).build());
  EXPECT_EQ(why("c").headline, "c waits for 0.4 of a GPU: 0 of 1 GPU with room for it");
  EXPECT_EQ(why("c").details.front(), "GPU 0 is held by flow-1/a (0.5), flow-1/b (20 GiB); 0.25 of it is free, 20 GiB");
}

TEST_F(SharedGpus, AWholeDeviceIsNotStarvedByParts) {
  join(machine(2));
  submit(TestFlow().task(shares("a", 600)).task(shares("b", 500)).task(needs_gpus("whole", 1)).build());
  const WorkflowKey later = submit(TestFlow().task(shares("c", 400)).task(shares("d", 100)).build());
  EXPECT_EQ(status("whole"), "SCHEDULING");
  EXPECT_EQ(to_string(row("c", later).gpus), "0") << "device 1 is the emptier one: it is kept";
  EXPECT_EQ(status("d", later), "SCHEDULING");
  run("b");
  EXPECT_EQ(gpus_of("whole"), "1");
}

TEST_F(SharedGpus, AGangOfPartsStartsTogether) {
  join(machine(1));
  std::vector<TestTask> tasks = {shares("lead", 500), shares("side", 500)};
  tasks[1].lead = false;
  submit(TestFlow().task(shares("first", 100)).gang({}, tasks).build());
  EXPECT_EQ(status("lead"), "SCHEDULING");
  EXPECT_EQ(status("side"), "SCHEDULING");
  run("first");
  EXPECT_EQ(gpus_of("lead"), "0");
  EXPECT_EQ(gpus_of("side"), "0");
}

TEST_F(SharedGpus, ARetryThatWaitsHoldsNoPart) {
  TestTask job = shares("a", 700);
  job.policy.max_retries = 1;
  job.policy.retry_delay = Micros(60'000'000);
  join(machine(1));
  submit(TestFlow().task(job).task(shares("b", 700)).build());
  run("a", 1);
  EXPECT_EQ(status("a"), "PROCESSING");
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(SharedGpus, WhatIsHeldIsKnownBeforeTheHostIs) {
  join(machine(1));
  const WorkflowKey key = submit(TestFlow().task(shares("a", 500)).task(wants_memory("b", 40)).build());
  Result<WorkflowState> again = decode_snapshot(encode_snapshot(flow(key)), flow(key).spec);
  ASSERT_TRUE(again.ok());
  state_ = {};
  adopt(state_, std::move(*again));
  EXPECT_EQ(check_invariants(state_), std::vector<std::string>{});
  EXPECT_EQ(state_.hosts.at(kHost).gpu_use.at(0).share, 500U);
  join(machine(1));
  EXPECT_EQ(state_.hosts.at(kHost).gpu_use.at(0).share_used(gibibytes(80)), 1000U);
}

TEST_F(SharedGpus, WhatCanNeverFitIsSaidWithTheNumbers) {
  const HostCapacity host = machine(4);
  const auto one = [](TestTask task) { return TestFlow().task(std::move(task)).build(); };
  EXPECT_EQ(complaint(one(needs_gpus("a", 9)), machine(8)), "asks for 9 GPUs; this host has 8 (0,1,2,3,4,5,6,7)");
  TestTask named{.name = "a", .resources = {}, .policy = {}};
  named.resources.gpu_devices.add(7);
  EXPECT_EQ(complaint(one(named), host), "asks for GPU 7; this host has 4 (0,1,2,3)");
  EXPECT_EQ(complaint(one(wants_memory("a", 100)), host),
            "asks for 100 GiB of a GPU; the GPUs of this host have 80 GiB");
  EXPECT_EQ(complaint(one(wants_memory("a", 20)), machine(4, Bytes())),
            "asks for 20 GiB of a GPU; how much memory the GPUs here have is not known");
  EXPECT_EQ(complaint(one(wants_memory("a", 20)), machine(0)), "asks for 20 GiB of a GPU; this host has no GPU");
  EXPECT_EQ(complaint(one(shares("a", 500)), machine(4, Bytes())), "");
  std::vector<TestTask> tasks = {shares("lead", 600), shares("side", 600)};
  tasks[1].lead = false;
  EXPECT_EQ(complaint(TestFlow().gang({}, tasks).build(), machine(1)),
            "2 tasks that start together: asks for 0.6 of a GPU, 0.6 of a GPU; this host has 1 (0)");
}

TEST_F(SharedGpus, MoreThanThereIsOfTheOthersIsClampedWithTheNumbers) {
  HostCapacity host = machine(0);
  host.storage = gibibytes(100);
  TestTask task = needs_cpus("a", 1);
  task.resources.storage = gibibytes(500);
  const auto clamped = find_clamped(*TestFlow().task(task).build(), std::vector{host});
  ASSERT_EQ(clamped.size(), 1U);
  EXPECT_EQ(clamped[0].message,
            "asks for 500 GiB of disk; the largest host has 100 GiB free, so it runs there alone, and the disk may "
            "become full");
  std::vector<TestTask> tasks = {needs_cpus("lead", 10), needs_cpus("side", 10)};
  tasks[1].lead = false;
  const auto gang = find_clamped(*TestFlow().gang({}, tasks).build(), std::vector{host});
  ASSERT_EQ(gang.size(), 1U);
  EXPECT_EQ(gang[0].message,
            "and its group, 2 tasks that start together, ask for 20 CPUs; the largest host has 16, so they run there "
            "alone");
}

TEST_F(SharedGpus, DiskIsGivenOnce) {
  HostCapacity host = machine(0);
  host.storage = gibibytes(100);
  join(host);
  TestFlow flow;
  for (const char* name : {"a", "b", "c"}) {
    TestTask task{.name = name, .resources = {}, .policy = {}};
    task.resources.storage = gibibytes(40);
    flow.task(task);
  }
  submit(flow.build());
  EXPECT_EQ(status("b"), "INITIALIZING");
  EXPECT_EQ(why("c").headline, "c waits for 40 GiB of disk: 20 GiB of 100 GiB free");
  run("a");
  EXPECT_EQ(status("c"), "INITIALIZING");
}

class BalancedGpus : public SharedGpus {
 protected:
  void join_measuring(unsigned gpus) {
    HostCapacity host = machine(gpus);
    host.measures_gpus = true;
    join(host);
  }
  static std::shared_ptr<const Workflow> balanced(const std::vector<TestTask>& tasks,
                                                  Allocation allocation = Allocation::kLoadBalanced) {
    TestFlow flow;
    flow.header().allocation = allocation;
    for (const TestTask& task : tasks) flow.task(task);
    return flow.build();
  }
  void measured(const std::vector<std::uint32_t>& busy) {
    fact::HostMeasured fact{kHost, {}};
    for (unsigned device = 0; device < busy.size(); ++device) {
      fact.gpus.push_back({.device = device, .busy = busy[device], .memory_used = {}});
    }
    happen(fact);
  }
};

TEST_F(BalancedGpus, AskFirstAndTakeTheLeastBusyDevice) {
  join_measuring(3);
  submit(balanced({needs_gpus("a", 1), needs_gpus("b", 1)}));
  EXPECT_EQ(status("a"), "SCHEDULING");
  EXPECT_EQ(effects<effect::Measure>().size(), 1U) << "once for both";
  EXPECT_EQ(why("a").headline, "a waits until it is known which GPU is busy least");
  measured({800, 900, 100});
  EXPECT_EQ(gpus_of("a"), "2");
  EXPECT_EQ(gpus_of("b"), "0");
}

TEST_F(BalancedGpus, WhatWasMeasuredJustNowIsNotMeasuredAgain) {
  join_measuring(4);
  submit(balanced({needs_gpus("a", 1)}));
  measured({500, 400, 300, 200});
  EXPECT_EQ(gpus_of("a"), "3");
  forget_effects();
  const WorkflowKey soon = submit(balanced({needs_gpus("b", 1)}));
  EXPECT_EQ(to_string(row("b", soon).gpus), "2");
  EXPECT_TRUE(effects<effect::Measure>().empty());
  pass(Micros(3'000'000));
  const WorkflowKey later = submit(balanced({needs_gpus("c", 1)}));
  EXPECT_EQ(status("c", later), "SCHEDULING");
  EXPECT_EQ(effects<effect::Measure>().size(), 1U);
}

TEST_F(BalancedGpus, WithoutAChoiceNobodyIsAsked) {
  join_measuring(2);
  submit(balanced({needs_gpus("a", 2), needs_gpus("b", 1)}));
  EXPECT_EQ(gpus_of("a"), "0,1");
  EXPECT_EQ(status("b"), "SCHEDULING");
  EXPECT_TRUE(effects<effect::Measure>().empty());
}

TEST_F(BalancedGpus, WhoWaitsForAnAnswerKeepsItsPlaceAndHoldsUpNobodyElse) {
  join_measuring(2);
  submit(balanced({needs_gpus("a", 1)}));
  TestTask one = needs_gpus("x", 0);
  one.resources.gpu_devices.add(1);
  const WorkflowKey other = submit(TestFlow().task("cpu").task(one).task(needs_gpus("y", 2)).build());
  EXPECT_EQ(status("cpu", other), "INITIALIZING");
  EXPECT_EQ(status("x", other), "INITIALIZING");
  EXPECT_EQ(status("y", other), "SCHEDULING");
  settle_down();
  EXPECT_EQ(gpus_of("a"), "0") << "there is no choice any more";
}

TEST_F(BalancedGpus, ALostAnswerIsAskedForAgain) {
  join_measuring(2);
  submit(balanced({needs_gpus("a", 1)}));
  forget_effects();
  happen(fact::HostLost{kHost, ""});
  join_measuring(2);
  EXPECT_EQ(effects<effect::Measure>().size(), 1U);
  measured({});
  EXPECT_EQ(gpus_of("a"), "0") << "an answer that tells nothing is one";
}

TEST_F(BalancedGpus, WhoCannotMeasureIsNotAsked) {
  join(machine(2));
  submit(balanced({shares("a", 200), shares("b", 200)}));
  EXPECT_EQ(gpus_of("a"), "0");
  EXPECT_EQ(gpus_of("b"), "1") << "spread by what was placed";
}

TEST_F(BalancedGpus, AHybridWaitsForNamedDevicesAndBalancesTheOthers) {
  join_measuring(2);
  TestTask named = needs_gpus("named", 0);
  named.resources.gpu_devices.add(0);
  TestTask again = named;
  again.name = "again";
  submit(balanced({named, again, shares("any", 100)}, Allocation::kHybrid));
  EXPECT_EQ(gpus_of("named"), "0");
  EXPECT_EQ(status("again"), "SCHEDULING");
  EXPECT_EQ(gpus_of("any"), "1");
}

}  // namespace
}  // namespace sennit::core

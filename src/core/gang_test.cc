// Groups of several tasks: barrier, lead, and who ends with whom (reference: sections 4.5 to 4.8).
#include "core/core_fixture.h"

namespace sennit::core {
namespace {

using Gang = CoreTest;

std::vector<TestTask> lead_and_sides(int sides) {
  std::vector<TestTask> tasks = {{.name = "lead", .resources = {}, .policy = {}}};
  for (int i = 0; i < sides; ++i) {
    tasks.push_back({.name = "side" + std::to_string(i), .resources = {}, .policy = {}, .lead = false});
  }
  return tasks;
}

constexpr GroupSpec kIgnoring{};
GroupSpec counting() {
  GroupSpec options;
  options.ignore_nonlead_status = false;
  return options;
}

TEST_F(Gang, StartsTogetherOrNotAtAll) {
  join({.cpus = 4, .memory = {}, .gpus = {}});
  submit(TestFlow().task(needs_cpus("big", 2)).gang(kIgnoring, lead_and_sides(2)).build());
  EXPECT_EQ(status("lead"), "SCHEDULING");
  EXPECT_EQ(status("side1"), "SCHEDULING");
  run("big");
  EXPECT_EQ(status("lead"), "INITIALIZING");
  EXPECT_EQ(status("side1"), "INITIALIZING");
}

// Two devices here and one there, for three tasks that want one each.
TEST_F(Gang, SpreadsOverHostsOrHoldsNothingOnAnyOfThem) {
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(2)});
  happen(fact::HostJoined{
      .host = HostId(2), .name = "there", .capacity = {.cpus = 4, .memory = {}, .gpus = GpuSet::first(1)}});
  for (const char* name : {"x", "y"}) submit(TestFlow().task(needs_gpus(name, 1)).build());
  std::vector<TestTask> tasks = lead_and_sides(2);
  for (TestTask& task : tasks) task.resources.gpu_count = 1;
  const WorkflowKey gang = submit(TestFlow().gang(kIgnoring, tasks).build());
  EXPECT_EQ(status("lead", gang), "SCHEDULING");
  EXPECT_TRUE(state_.hosts.at(HostId(2)).gpus_used.empty());
  run("x", 0, WorkflowKey(1));
  EXPECT_EQ(status("lead", gang), "SCHEDULING");
  run("y", 0, WorkflowKey(2));
  for (const char* name : {"lead", "side0", "side1"}) EXPECT_EQ(status(name, gang), "INITIALIZING");
  EXPECT_EQ(state_.hosts.at(HostId(2)).gpus_used, GpuSet::first(1));
}

// One of them could not be started, and the other one has not begun (reference: section 4.8).
TEST_F(Gang, RunsOnceOneOfItsTasksIsOverAndAnotherIsNot) {
  join();
  submit(TestFlow().gang(kIgnoring, lead_and_sides(1)).build());
  AttemptExit exit;
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = 2031;
  happen(fact::AttemptExited{attempt("side0"), exit});
  EXPECT_EQ(flow().groups[0].status, Status::kRunning);
  EXPECT_EQ(status(), "RUNNING");
  EXPECT_EQ(status("lead"), "INITIALIZING");
}

TEST_F(Gang, ACancellationDoesNotMakeItRun) {
  join();
  submit(TestFlow().gang(kIgnoring, lead_and_sides(1)).build());
  happen(fact::Cancel{WorkflowKey(1), "ada", ""});
  AttemptExit exit;
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = 143;
  happen(fact::AttemptExited{attempt("side0"), exit});
  EXPECT_EQ(flow().groups[0].status, Status::kInitializing);
}

TEST_F(Gang, IsReleasedWhenAllAreAtTheBarrier) {
  join();
  submit(TestFlow().gang(kIgnoring, lead_and_sides(1)).build());
  happen(fact::AttemptAtBarrier{attempt("lead")});
  EXPECT_TRUE(effects<effect::Release>().empty());
  happen(fact::AttemptAtBarrier{attempt("side0")});
  EXPECT_EQ(effects<effect::Release>().size(), 2U);
}

TEST_F(Gang, WhoHasNotBegunNeedNotBeAtTheBarrier) {
  join();
  submit(TestFlow().gang(kIgnoring, lead_and_sides(1)).build());
  happen(fact::AttemptAtBarrier{attempt("side0")});
  fact::HostJoined joined{.host = kHost, .name = "here", .capacity = {.cpus = 4, .memory = gibibytes(16), .gpus = {}}};
  joined.running = {{attempt("lead"), 0, {}}, {attempt("side0"), 0, {}}};
  happen(joined);
  EXPECT_TRUE(effects<effect::Release>().empty()) << "the lead may be waiting for a device";
  joined.running = {{attempt("side0"), 0, {}}};
  happen(joined);
  EXPECT_EQ(status("lead"), "INITIALIZING") << "it never ran, so it is not lost";
}

TEST_F(Gang, AFailedSideDoesNotHoldTheBarrier) {
  join();
  submit(TestFlow().gang(kIgnoring, lead_and_sides(2)).build());
  happen(fact::AttemptAtBarrier{attempt("lead")});
  happen(fact::AttemptAtBarrier{attempt("side0")});
  AttemptExit exit;
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = 2031;
  happen(fact::AttemptExited{attempt("side1"), exit});
  EXPECT_EQ(effects<effect::Release>().size(), 2U);
}

TEST_F(Gang, TheLeadsSuccessEndsTheSidesWell) {
  join();
  submit(TestFlow().gang(kIgnoring, lead_and_sides(2)).task("next", {"lead"}).build());
  for (const char* name : {"lead", "side0", "side1"}) start(name);
  exit("lead", 0);
  EXPECT_EQ(effects<effect::Stop>().size(), 2U);
  EXPECT_EQ(status("next"), "WAITING");
  exit("side0", 143);
  exit("side1", 143);
  EXPECT_EQ(status("side0"), "COMPLETED");
  EXPECT_EQ(message("side0"), "Lead task finished");
  EXPECT_EQ(status("next"), "INITIALIZING");
}

TEST_F(Gang, TheLeadsFailureEndsTheSidesBadly) {
  join();
  submit(TestFlow().gang(kIgnoring, lead_and_sides(1)).build());
  start("lead");
  start("side0");
  exit("lead", 1);
  exit("side0", 0);
  EXPECT_EQ(status("side0"), "FAILED");
  EXPECT_EQ(status(), "FAILED");
}

// Both ended while nobody heard of it, and the side's end is told after the lead's.
TEST_F(Gang, ASideIsNotTriedAgainAfterTheLeadsEnd) {
  std::vector<TestTask> tasks = lead_and_sides(1);
  tasks[1].policy.exit_actions = {{ExitActionKind::kReschedule, 7, 7}};
  join();
  submit(TestFlow().gang(kIgnoring, tasks).build());
  start("lead");
  start("side0");
  fact::HostJoined joined{.host = kHost, .name = "here", .capacity = {.cpus = 4, .memory = gibibytes(16), .gpus = {}}};
  joined.exited = {{attempt("lead"), {.code = 0, .message = {}, .at = now_}},
                   {attempt("side0"), {.code = 7, .message = {}, .at = now_}}};
  happen(joined);
  EXPECT_EQ(status("side0"), "FAILED");
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(Gang, AFailedSideIsIgnoredWhereOnlyTheLeadCounts) {
  join();
  submit(TestFlow().gang(kIgnoring, lead_and_sides(1)).build());
  start("lead");
  start("side0");
  exit("side0", 1);
  EXPECT_TRUE(effects<effect::Stop>().empty());
  exit("lead", 0);
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(Gang, AFailedSideEndsAllWhereAllCount) {
  join();
  submit(TestFlow().gang(counting(), lead_and_sides(1)).build());
  start("lead");
  start("side0");
  exit("side0", 1);
  EXPECT_EQ(effects<effect::Stop>().size(), 1U);
  exit("lead", 143);
  EXPECT_EQ(status("lead"), "FAILED");
  EXPECT_EQ(message("lead"), "Task side0 Failed.");
  EXPECT_EQ(status(), "FAILED");
}

TEST_F(Gang, LargerThanTheHostRunsWhenItIsFree) {
  join({.cpus = 2, .memory = {}, .gpus = {}});
  submit(TestFlow().task("first").gang(kIgnoring, lead_and_sides(4)).build());
  EXPECT_EQ(status("lead"), "SCHEDULING");
  run("first");
  EXPECT_EQ(status("lead"), "INITIALIZING");
  EXPECT_EQ(status("side3"), "INITIALIZING");
}

TEST_F(Gang, AskingForMoreMemoryThanCanBeCountedRunsAndEnds) {
  std::vector<TestTask> tasks = lead_and_sides(1);
  for (TestTask& task : tasks) task.resources.memory = Bytes(10'000'000'000'000'000'000U);
  join();
  submit(TestFlow().gang(kIgnoring, tasks).build());
  run("side0");
  run("lead");
  EXPECT_EQ(status(), "COMPLETED");
}

// The others hold the group's CPUs at the barrier: the retry must not wait for them.
TEST_F(Gang, ARetryInsideAFullGroupDoesNotWaitForItsOwnGroup) {
  std::vector<TestTask> tasks = lead_and_sides(3);
  tasks[1].policy.exit_actions = {{ExitActionKind::kReschedule, 3, 3}};
  TestFlow flow;
  flow.header().max_parallel = 2;
  join({.cpus = 2, .memory = {}, .gpus = {}});
  submit(flow.gang(kIgnoring, tasks).build());
  exit("side0", 3);
  EXPECT_EQ(status("side0"), "INITIALIZING");
  EXPECT_EQ(row("side0").number, 1U);
}

// The lead keeps its GPU until the retry is there: who waits for both GPUs must not have the other one kept for it.
TEST_F(Gang, ARetryInsideAGroupComesBeforeThoseThatWaitForItsDevice) {
  std::vector<TestTask> tasks = lead_and_sides(1);
  for (TestTask& task : tasks) task.resources.gpu_count = 1;
  tasks[1].policy.exit_actions = {{ExitActionKind::kReschedule, 3, 3}};
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(2)});
  submit(TestFlow().gang(kIgnoring, tasks).build());
  const WorkflowKey high = submit(TestFlow().task(needs_gpus("big", 2)).build(), Priority::kHigh);
  exit("side0", 3);
  EXPECT_EQ(status("side0"), "INITIALIZING");
  EXPECT_EQ(status("big", high), "SCHEDULING");
}

TEST_F(Gang, ATimeoutIsTheWholeGroups) {
  std::vector<TestTask> tasks = lead_and_sides(1);
  for (TestTask& task : tasks) task.policy.exec_timeout = Micros(1'000'000);
  join();
  submit(TestFlow().gang(kIgnoring, tasks).build());
  start("lead");
  start("side0");
  pass(Micros(1'000'000));
  exit("lead", 143);
  exit("side0", 143);
  EXPECT_EQ(status("lead"), "FAILED_EXEC_TIMEOUT");
  EXPECT_EQ(status(), "FAILED_EXEC_TIMEOUT");
}

// Two hosts of four GPUs, full of small tasks, and for each one that ends there is another. A group that fits on no
// single one of them gets its turn all the same.
TEST_F(Gang, OneOverSeveralHostsIsNotStarvedBySmallRequests) {
  const HostCapacity capacity{.cpus = 16, .memory = {}, .gpus = GpuSet::first(4)};
  join(capacity);
  happen(fact::HostJoined{.host = HostId(2), .name = "there", .capacity = capacity});
  std::vector<WorkflowKey> running;
  running.reserve(8);
  for (int i = 0; i < 8; ++i) running.push_back(submit(TestFlow().task(needs_gpus("small", 1)).build()));
  TestTask side = needs_gpus("side", 3);
  side.lead = false;
  const WorkflowKey gang = submit(TestFlow().gang({}, {needs_gpus("lead", 3), side}).build());
  std::vector<WorkflowKey> waiting;
  // The hosts take turns, so that without a place that is kept there is never room on both.
  for (const std::size_t i : {0U, 4U, 1U, 5U, 2U, 6U}) {
    waiting.push_back(submit(TestFlow().task(needs_gpus("small", 1)).build()));
    EXPECT_EQ(status("lead", gang), "SCHEDULING");
    run("small", 0, running[i]);
  }
  EXPECT_EQ(status("lead", gang), "INITIALIZING");
  EXPECT_NE(row("lead", gang).host, row("side", gang).host);
  for (const WorkflowKey small : waiting) EXPECT_EQ(status("small", small), "SCHEDULING");
}

// It keeps GPUs only, of which there are too few on one of its hosts.
TEST_F(Gang, OneOverSeveralHostsDoesNotHoldUpThoseThatNeedSomethingElse) {
  const HostCapacity capacity{.cpus = 4, .memory = {}, .gpus = GpuSet::first(4)};
  join(capacity);
  happen(fact::HostJoined{.host = HostId(2), .name = "there", .capacity = capacity});
  submit(TestFlow().task(needs_gpus("busy", 2)).build());
  TestTask lead = needs_gpus("lead", 3);
  lead.resources.cpus = 4;
  TestTask side = lead;
  side.name = "side";
  side.lead = false;
  const WorkflowKey gang = submit(TestFlow().gang({}, {lead, side}).build());
  ASSERT_EQ(status("lead", gang), "SCHEDULING");
  const WorkflowKey small = submit(TestFlow().task(needs_cpus("cpus", 4)).task(needs_gpus("gpus", 2)).build());
  EXPECT_EQ(status("cpus", small), "INITIALIZING");
  EXPECT_EQ(status("gpus", small), "SCHEDULING");
}

}  // namespace
}  // namespace sennit::core

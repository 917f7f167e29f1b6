#include "core/preempt.h"

#include "core/core_fixture.h"
#include "core/explain.h"
#include "core/pools.h"

namespace sennit::core {
namespace {

class Preempt : public CoreTest {
 protected:
  static std::shared_ptr<const Workflow> one(std::uint32_t gpus, const TaskPolicy& policy = {}) {
    TestTask task = needs_gpus("a", gpus);
    task.policy = policy;
    return TestFlow().task(task).build();
  }
  WorkflowKey low(std::uint32_t gpus) { return submit(one(gpus), Priority::kLow); }
  // Its command runs.
  WorkflowKey running_low(std::uint32_t gpus) {
    const WorkflowKey key = low(gpus);
    start("a", key);
    return key;
  }
  std::string note(const std::string& name, WorkflowKey key) const {
    return std::string(flow(key).message_of(row(name, key)));
  }
  bool is_stopping(const std::string& name, WorkflowKey key) const {
    return row(name, key).stopping == StopReason::kPreempted;
  }
  static TaskPolicy on_preemption(ExitActionKind action) {
    TaskPolicy policy;
    policy.exit_actions.push_back({action, 3006, 3006});
    return policy;
  }
};

TEST_F(Preempt, LowGivesWayAndIsQueuedAgain) {
  join();
  const WorkflowKey victim = running_low(4);
  const WorkflowKey normal = submit(one(2));
  ASSERT_EQ(effects<effect::Stop>().size(), 1U);
  EXPECT_EQ(effects<effect::Stop>()[0].reason, StopReason::kPreempted);
  EXPECT_EQ(status("a", normal), "SCHEDULING");  // not before the other one is gone
  exit("a", 143, victim);
  EXPECT_EQ(status("a", normal), "INITIALIZING");
  EXPECT_EQ(status("a", victim), "SCHEDULING");
  EXPECT_EQ(status(victim), "RUNNING");
  run("a", 0, normal);
  EXPECT_EQ(status("a", victim), "INITIALIZING");
}

TEST_F(Preempt, ThePastAttemptSaysForWhom) {
  join();
  const WorkflowKey victim = running_low(4);
  submit(one(2), Priority::kHigh);
  exit("a", 0, victim);
  ASSERT_EQ(flow(victim).past.size(), 1U);
  const PastAttempt& past = flow(victim).past[0];
  EXPECT_EQ(past.exit_code, 3006);
  EXPECT_EQ(flow(victim).messages[past.message - 1], "preempted for flow-2 (HIGH)");
}

TEST_F(Preempt, ItUsesUpNoRetry) {
  TaskPolicy policy;
  policy.max_retries = 1;
  join();
  const WorkflowKey victim = submit(one(4, policy), Priority::kLow);
  start("a", victim);
  const WorkflowKey normal = submit(one(4));
  exit("a", 143, victim);
  run("a", 0, normal);
  run("a", 1, victim);
  EXPECT_EQ(row("a", victim).number, 2U);  // the first failure of its own is tried again
  run("a", 1, victim);
  EXPECT_EQ(status("a", victim), "FAILED");
}

TEST_F(Preempt, LowDoesNotPreemptAndOthersAreNotPreempted) {
  join();
  low(2);
  const WorkflowKey normal = submit(one(2));
  submit(one(4), Priority::kHigh);
  EXPECT_EQ(effects<effect::Stop>().size(), 0U);  // NORMAL holds what it would need as well
  low(1);
  EXPECT_EQ(effects<effect::Stop>().size(), 0U);
  EXPECT_EQ(status("a", normal), "INITIALIZING");
}

TEST_F(Preempt, TheYoungestThatSufficesAloneIsTaken) {
  join();
  const WorkflowKey big = running_low(2);
  pass(std::chrono::seconds(1));
  const WorkflowKey old = running_low(1);
  pass(std::chrono::seconds(1));
  const WorkflowKey young = running_low(1);
  submit(one(1));
  EXPECT_TRUE(is_stopping("a", young));
  submit(one(2));
  EXPECT_TRUE(is_stopping("a", big));
  EXPECT_FALSE(is_stopping("a", old));
}

TEST_F(Preempt, NoMoreAreStoppedThanNeeded) {
  join();
  for (int i = 0; i < 4; ++i) running_low(1);
  submit(one(3));
  EXPECT_EQ(effects<effect::Stop>().size(), 3U);
  settle_down();
  pass(std::chrono::seconds(1));
  EXPECT_EQ(effects<effect::Stop>().size(), 3U);  // those that are on their way out count
}

TEST_F(Preempt, ManyThatWaitAreServedAtOnce) {
  join();
  for (int i = 0; i < 4; ++i) running_low(1);
  submit(TestFlow().task(needs_gpus("a", 1)).task(needs_gpus("b", 1)).task(needs_gpus("c", 1)).build());
  EXPECT_EQ(effects<effect::Stop>().size(), 3U);
}

TEST_F(Preempt, MaxParallelIsNotPreemptedFor) {
  join();
  for (int i = 0; i < 4; ++i) running_low(1);
  TestFlow flow;
  flow.header().max_parallel = 2;
  submit(flow.task(needs_gpus("a", 1)).task(needs_gpus("b", 1)).task(needs_gpus("c", 1)).build());
  EXPECT_EQ(effects<effect::Stop>().size(), 2U);
}

TEST_F(Preempt, MaxParallelCountsOverAllShapes) {
  join();
  for (int i = 0; i < 4; ++i) running_low(1);
  TestFlow flow;
  flow.header().max_parallel = 1;
  submit(flow.task(needs_gpus("a", 1)).task(needs_gpus("b", 2)).build());
  EXPECT_EQ(effects<effect::Stop>().size(), 1U);
}

// c would be claimed for as somebody who waits with the other workflow's a; but it is not its turn.
TEST_F(Preempt, NobodyGivesWayToWhatIsBehindAGroupThatMaxParallelHoldsUp) {
  join();
  for (int i = 0; i < 4; ++i) running_low(1);
  const WorkflowKey other = submit(one(1));
  TestFlow flow;
  flow.header().max_parallel = 2;
  TestTask side = needs_gpus("side", 1);
  side.lead = false;
  const WorkflowKey capped =
      submit(flow.task("now").gang({}, {needs_gpus("lead", 1), side}).task(needs_gpus("c", 1)).build());
  ASSERT_EQ(status("now", capped), "INITIALIZING");
  settle_down();
  EXPECT_EQ(effects<effect::Stop>().size(), 1U);
  EXPECT_EQ(status("a", other), "SCHEDULING");
}

TEST_F(Preempt, APlaceUnderMaxParallelIsKeptForTheOneOthersGaveWayTo) {
  join();
  const WorkflowKey victim = running_low(4);
  TestFlow flow;
  flow.header().max_parallel = 1;
  const WorkflowKey normal = submit(flow.task(needs_gpus("a", 4)).task("later").build());
  EXPECT_TRUE(is_stopping("a", victim));
  EXPECT_EQ(status("later", normal), "SCHEDULING");
  exit("a", 143, victim);
  EXPECT_EQ(status("a", normal), "INITIALIZING");
}

TEST_F(Preempt, WhoeverIsBeforeItInItsWorkflowGoesFirst) {
  join();
  const WorkflowKey busy = submit(one(3));
  const WorkflowKey victim = running_low(1);
  const WorkflowKey normal = submit(TestFlow().task(needs_gpus("a", 4)).task(needs_gpus("b", 1)).build());
  ASSERT_TRUE(is_stopping("a", victim));  // for b: a waits for others as well
  run("a", 0, busy);
  EXPECT_EQ(status("b", normal), "SCHEDULING");  // what is free is a's as soon as the victim is gone
  exit("a", 143, victim);
  EXPECT_EQ(status("a", normal), "INITIALIZING");
  EXPECT_EQ(status("b", normal), "SCHEDULING");
}

TEST_F(Preempt, ItDoesNotWaitForWhoeverIsBeforeItAndHasNoPlace) {
  join();
  submit(one(3));
  const WorkflowKey victim = running_low(1);
  const WorkflowKey normal = submit(TestFlow().task(needs_gpus("a", 4)).task(needs_gpus("b", 1)).build());
  exit("a", 143, victim);
  EXPECT_EQ(status("b", normal), "INITIALIZING");
}

TEST_F(Preempt, APlaceIsFreedForOneGroupAndNotForItsShape) {
  join();
  const WorkflowKey victim = running_low(4);
  const WorkflowKey normal = submit(one(4));
  const WorkflowKey high = submit(one(4), Priority::kHigh);
  exit("a", 143, victim);
  EXPECT_EQ(status("a", normal), "INITIALIZING");
  EXPECT_EQ(status("a", high), "SCHEDULING");
}

TEST_F(Preempt, WhatIsFreedIsKeptForTheOneItWasFreedFor) {
  join();
  const WorkflowKey first = running_low(2);
  const WorkflowKey second = running_low(2);
  const WorkflowKey normal = submit(one(4));
  const WorkflowKey other = low(2);
  exit("a", 143, first);
  EXPECT_EQ(status("a", other), "SCHEDULING");
  EXPECT_EQ(status("a", first), "SCHEDULING");
  exit("a", 143, second);
  EXPECT_EQ(status("a", normal), "INITIALIZING");
}

TEST_F(Preempt, AGroupGivesWayAsAWhole) {
  join();
  TestTask lead = needs_gpus("lead", 1);
  TestTask side = needs_gpus("side", 1);
  side.lead = false;
  const WorkflowKey gang = submit(TestFlow().gang({}, {lead, side}).build(), Priority::kLow);
  start("lead", gang);
  start("side", gang);
  const WorkflowKey normal = submit(one(3));
  EXPECT_TRUE(is_stopping("lead", gang));
  EXPECT_TRUE(is_stopping("side", gang));
  exit("side", 143, gang);
  EXPECT_EQ(status("side", gang), "PROCESSING");  // it waits for the other one
  exit("lead", 143, gang);
  EXPECT_EQ(status("lead", gang), "SCHEDULING");
  EXPECT_EQ(status("side", gang), "SCHEDULING");
  run("a", 0, normal);
  EXPECT_EQ(status("lead", gang), "INITIALIZING");
  EXPECT_EQ(status("side", gang), "INITIALIZING");
  run("side", 0, gang);
  run("lead", 0, gang);
  EXPECT_EQ(status(gang), "COMPLETED");
}

TEST_F(Preempt, AGroupComesBackWithoutThoseThatHadEnded) {
  join();
  TestTask side = needs_gpus("side", 1);
  side.lead = false;
  const WorkflowKey gang = submit(TestFlow().gang({}, {side, needs_gpus("lead", 2)}).build(), Priority::kLow);
  run("side", 0, gang);
  start("lead", gang);
  const WorkflowKey normal = submit(one(4));
  exit("lead", 143, gang);
  run("a", 0, normal);
  EXPECT_EQ(status("lead", gang), "INITIALIZING");
  EXPECT_EQ(status("side", gang), "COMPLETED");
  run("lead", 0, gang);
  EXPECT_EQ(status(gang), "COMPLETED");
}

TEST_F(Preempt, AMemberThatWaitedToBeTriedAgainComesBackWithItsGroup) {
  join();
  TestTask lead = needs_gpus("lead", 1);
  TestTask side = needs_gpus("side", 1);
  side.lead = false;
  side.policy.max_retries = 2;
  side.policy.retry_delay = std::chrono::hours(1);
  const WorkflowKey gang = submit(TestFlow().gang({}, {lead, side}).build(), Priority::kLow);
  start("lead", gang);
  run("side", 3, gang);
  const WorkflowKey normal = submit(one(4));
  exit("lead", 143, gang);
  run("a", 0, normal);
  EXPECT_EQ(status("side", gang), "INITIALIZING");
  pass(std::chrono::hours(2));  // its own delay means nothing any more
  EXPECT_EQ(row("side", gang).number, 1U);
}

TEST_F(Preempt, TheTimeLimitCountsFromWhenItCameBack) {
  TaskPolicy policy;
  policy.exec_timeout = std::chrono::minutes(10);
  join();
  const WorkflowKey victim = submit(one(4, policy), Priority::kLow);
  start("a", victim);
  const WorkflowKey normal = submit(one(4));
  exit("a", 143, victim);
  pass(std::chrono::hours(1));
  run("a", 0, normal);
  start("a", victim);
  pass(std::chrono::minutes(9));
  EXPECT_EQ(row("a", victim).stopping, StopReason::kNone);
  pass(std::chrono::minutes(1));
  EXPECT_EQ(row("a", victim).stopping, StopReason::kExecTimeout);
}

TEST_F(Preempt, AnExitActionMakesItAFailure) {
  join();
  const WorkflowKey victim = submit(one(4, on_preemption(ExitActionKind::kFail)), Priority::kLow);
  start("a", victim);
  submit(one(4));
  exit("a", 143, victim);
  EXPECT_EQ(row("a", victim).exit_code, 3006);
  EXPECT_EQ(status("a", victim), "FAILED");
}

TEST_F(Preempt, AnExitActionMakesItASuccess) {
  join();
  const WorkflowKey victim = submit(one(4, on_preemption(ExitActionKind::kComplete)), Priority::kLow);
  start("a", victim);
  submit(one(4));
  exit("a", 143, victim);
  EXPECT_EQ(status(victim), "COMPLETED");
}

TEST_F(Preempt, WithoutRequeueItEnds) {
  join();
  const WorkflowKey victim = submit(one(4), In{.priority = Priority::kLow, .requeue = false});
  start("a", victim);
  submit(one(4));
  exit("a", 143, victim);
  EXPECT_EQ(status(victim), "FAILED_PREEMPTED");
  EXPECT_EQ(note("a", victim), "preempted for flow-2 (NORMAL); it was submitted not to be queued again (--no-requeue)");
}

TEST_F(Preempt, WhatHadEndedByItselfCounts) {
  join();
  const WorkflowKey victim = running_low(4);
  const Instant ended = now_ + Micros(10);
  now_ = now_ + std::chrono::seconds(1);
  submit(one(4));
  AttemptExit exit;
  exit.at = ended;
  happen(fact::AttemptExited{attempt("a", victim), exit});
  EXPECT_EQ(status(victim), "COMPLETED");
}

TEST_F(Preempt, ACancelledOneIsCancelled) {
  join();
  const WorkflowKey victim = running_low(4);
  submit(one(4));
  happen(fact::Cancel{victim, "ada", ""});
  exit("a", 143, victim);
  EXPECT_EQ(status(victim), "FAILED_CANCELED");
}

TEST_F(Preempt, WhoeverCameBackIsLeftAloneForAWhile) {
  configure({}, {.aging = Micros(0), .preemption_protection = std::chrono::minutes(10)});
  join();
  const WorkflowKey victim = running_low(4);
  const WorkflowKey first = submit(one(4));
  exit("a", 143, victim);
  run("a", 0, first);
  start("a", victim);
  const WorkflowKey second = submit(one(4));
  EXPECT_FALSE(is_stopping("a", victim));
  EXPECT_EQ(next_deadline(state_), now_ + std::chrono::minutes(10));
  pass(std::chrono::minutes(10));
  EXPECT_TRUE(is_stopping("a", victim));
  exit("a", 143, victim);
  run("a", 0, second);
  EXPECT_EQ(protected_until(state_, flow(victim), GroupIndex(0)), now_ + std::chrono::minutes(20));  // twice as long
}

// It came first because of its age; whoever it came before must not throw it out at once.
TEST_F(Preempt, WhoeverAgedIntoItsPlaceIsLeftAloneForAWhile) {
  configure({}, {.aging = std::chrono::hours(1), .preemption_protection = std::chrono::minutes(10)});
  join();
  const WorkflowKey busy = submit(one(4), Priority::kHigh);
  const WorkflowKey old = low(4);
  pass(std::chrono::hours(2));
  submit(one(4));
  run("a", 0, busy);
  EXPECT_EQ(status("a", old), "INITIALIZING");
  EXPECT_FALSE(is_stopping("a", old));
}

TEST_F(Preempt, NobodyIsStoppedForWhatIsOverTheGuarantee) {
  PoolSettings pool;
  pool.name = "local";
  pool.quota.guarantee = 1;
  configure({pool});
  join();
  running_low(3);
  submit(one(1));
  submit(one(1));
  EXPECT_EQ(effects<effect::Stop>().size(), 0U);
}

TEST_F(Preempt, ALowGroupWithinItsPoolsGuaranteeIsNotTakenByAnotherPool) {
  PoolSettings mine;
  mine.name = "mine";
  mine.quota.guarantee = 2;
  configure({mine});
  join();
  const WorkflowKey kept = submit(one(2), In{.priority = Priority::kLow, .pool = "mine"});
  const WorkflowKey given = submit(one(2), In{.priority = Priority::kLow, .pool = "mine"});
  submit(one(2));
  EXPECT_TRUE(is_stopping("a", given));
  submit(one(2));
  EXPECT_FALSE(is_stopping("a", kept));
}

TEST_F(Preempt, TheMaximumIsMadeRoomForWithinThePool) {
  PoolSettings pool;
  pool.name = "mine";
  pool.quota = {.guarantee = 2, .maximum = 2};
  configure({pool});
  join();
  const WorkflowKey other = running_low(1);
  const WorkflowKey victim = submit(one(2), In{.priority = Priority::kLow, .pool = "mine"});
  const WorkflowKey normal = submit(one(1), In{.pool = "mine"});
  EXPECT_FALSE(is_stopping("a", other));
  EXPECT_TRUE(is_stopping("a", victim));
  exit("a", 143, victim);
  EXPECT_EQ(status("a", normal), "INITIALIZING");
}

// They wait together, behind the same front.
class PreemptForPaused : public Preempt {
 protected:
  WorkflowKey submit_two() {
    state_.placing = Placing::kPaused;
    return submit(TestFlow().task(needs_gpus("a", 2)).task(needs_gpus("b", 2)).build());
  }
  void go_on() {
    state_.placing = Placing::kOn;
    settle_down();
  }
};

TEST_F(PreemptForPaused, NobodyGivesWayToWhatIsPaused) {
  join();
  running_low(2);
  running_low(2);
  const WorkflowKey normal = submit_two();
  happen(fact::Pause{normal, "ada", "", {index("b", normal)}});
  go_on();
  EXPECT_EQ(effects<effect::Stop>().size(), 1U);
}

TEST_F(PreemptForPaused, WhatWasResumedCountsOnce) {
  join({.cpus = 4, .memory = gibibytes(16), .gpus = GpuSet::first(6)});
  for (int i = 0; i < 3; ++i) running_low(2);
  const WorkflowKey normal = submit_two();
  happen(fact::Pause{normal, "ada", "", {index("b", normal)}});
  happen(fact::Resume{normal, "ada", {index("b", normal)}});
  go_on();
  EXPECT_EQ(effects<effect::Stop>().size(), 2U);
}

TEST_F(Preempt, CpusAreMadeRoomForToo) {
  join({.cpus = 2, .memory = {}, .gpus = {}});
  const WorkflowKey victim = submit(TestFlow().task("a").task("b").build(), Priority::kLow);
  const WorkflowKey normal = submit(TestFlow().task("a").build());
  EXPECT_EQ(effects<effect::Stop>().size(), 1U);
  EXPECT_TRUE(is_stopping("b", victim));
  exit("b", 143, victim);
  EXPECT_EQ(status("a", normal), "INITIALIZING");
}

TEST_F(Preempt, WhySaysWhoGaveWayToWhom) {
  join();
  const WorkflowKey victim = running_low(4);
  const WorkflowKey normal = submit(one(2));
  const Why waits = explain_task(state_, flow(normal), index("a", normal), now_);
  EXPECT_EQ(waits.headline, "a waits for 2 GPUs: 0 of 4 free");
  EXPECT_EQ(waits.details[4], "told to give way to it: flow-1/a-group");
  const Why stops = explain_task(state_, flow(victim), index("a", victim), now_);
  EXPECT_EQ(stops.headline, "a has been running for 0us and was told to stop: preempted for flow-2 (NORMAL)");
  exit("a", 143, victim);
  const Why queued = explain_task(state_, flow(victim), index("a", victim), now_);
  EXPECT_EQ(queued.headline, "a waits for 4 GPUs: 2 of 4 free");
  EXPECT_EQ(queued.details[2], "preempted for flow-2 (NORMAL); it starts again as soon as there is room");
}

TEST_F(Preempt, ItIsKnownAfterARestart) {
  join();
  const WorkflowKey victim = running_low(4);
  submit(one(4));
  const std::string bytes = encode_snapshot(flow(victim));
  const Result<WorkflowState> read = decode_snapshot(bytes, flow(victim).spec);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->preemptions, flow(victim).preemptions);
  EXPECT_TRUE(read->group(GroupIndex(0)).preempted);
  EXPECT_EQ(encode_snapshot(*read), bytes);
}

}  // namespace
}  // namespace sennit::core

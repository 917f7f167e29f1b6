// Commands that are started again in place: whom it meets, and what comes late (reference: sections 4.4 and 4.5).
#include "core/core_fixture.h"
#include "core/exit_rules.h"

namespace sennit::core {
namespace {

using InPlace = CoreTest;

GroupSpec counting() {
  GroupSpec options;
  options.ignore_nonlead_status = false;
  return options;
}

GroupSpec without_barrier() {
  GroupSpec options;
  options.barrier = false;
  return options;
}

// A lead and two others; code 3 reschedules, code 5 restarts.
std::vector<TestTask> three() {
  std::vector<TestTask> tasks;
  for (const char* name : {"lead", "side", "third"}) {
    TestTask task{.name = name, .resources = {}, .policy = {}, .lead = tasks.empty()};
    task.policy.exit_actions = {{ExitActionKind::kReschedule, 3, 3}, {ExitActionKind::kRestart, 5, 5}};
    tasks.push_back(task);
  }
  return tasks;
}

class Three : public CoreTest {
 protected:
  static constexpr const char* kAll[] = {"lead", "side", "third"};

  void begin(const GroupSpec& options) {
    join();
    submit(TestFlow().gang(options, three()).build());
    if (options.barrier) {
      for (const char* name : kAll) reach_barrier(name);
    }
    for (const char* name : kAll) start(name);
    forget_effects();
  }
  std::string restarted() const {
    std::string names;
    for (const effect::Restart& restart : effects<effect::Restart>()) {
      names += std::string(flow().spec->name_of(restart.attempt.task)) + std::to_string(restart.incarnation) + " ";
    }
    return names;
  }
};

TEST_F(Three, ARescheduledLeadRestartsTheOthersInPlace) {
  begin({});
  exit("lead", 3);
  EXPECT_EQ(restarted(), "side1 third1 ");
  EXPECT_EQ(row("lead").number, 1U);
  EXPECT_EQ(row("side").number, 0U) << "the same row";
  EXPECT_EQ(status("side"), "RUNNING") << "a row does not go back";
  EXPECT_TRUE(effects<effect::Stop>().empty());
}

TEST_F(Three, TheBarrierHoldsAllOfThemOnceMore) {
  begin({});
  exit("lead", 3);
  reach_barrier("side");
  reach_barrier("third");
  EXPECT_TRUE(effects<effect::Release>().empty()) << "the lead is on its way";
  reach_barrier("lead");
  EXPECT_EQ(effects<effect::Release>().size(), 3U);
  for (const char* name : kAll) run(name);
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(Three, WhoIsRestartedByAnotherUsesUpNoRetry) {
  begin({});
  for (int i = 0; i < 3; ++i) {
    exit("lead", 3);
    for (const char* name : kAll) reach_barrier(name);
    for (const char* name : kAll) start(name);
  }
  EXPECT_EQ(incarnation("side"), 3U);
  EXPECT_EQ(retries_used(flow(), index("side")), 0U);
}

TEST_F(Three, TheGroupAndTheWorkflowSayWhyTheyEnded) {
  begin({});
  exit("lead", 1);
  for (const char* name : {"side", "third"}) exit(name, 143);
  const auto* group = std::get_if<event::GroupMoved>(&events_[events_.size() - 2].what);
  const auto* workflow = std::get_if<event::WorkflowMoved>(&events_.back().what);
  ASSERT_TRUE(group != nullptr && workflow != nullptr);
  EXPECT_EQ(group->message, "lead failed with exit code 1");
  EXPECT_EQ(workflow->message, "lead failed with exit code 1");
}

TEST_F(Three, ARescheduledNonleadLeavesTheOthersAlone) {
  begin({});
  exit("side", 3);
  EXPECT_EQ(restarted(), "");
  reach_barrier("side");
  EXPECT_EQ(effects<effect::Release>().size(), 1U) << "the others are through";
}

TEST_F(Three, ARescheduledNonleadRestartsTheOthersWhereAllCount) {
  begin(counting());
  exit("side", 3);
  EXPECT_EQ(restarted(), "lead1 third1 ");
}

TEST_F(Three, ARestartOfTheLeadIsEverybodys) {
  begin({});
  exit("lead", 5);
  EXPECT_EQ(restarted(), "side1 third1 lead1 ");
  EXPECT_EQ(row("lead").number, 0U);
  for (const char* name : kAll) reach_barrier(name);
  EXPECT_EQ(effects<effect::Release>().size(), 3U);
}

TEST_F(Three, ARestartOfANonleadIsItsOwn) {
  begin({});
  exit("third", 5);
  EXPECT_EQ(restarted(), "third1 ");
}

TEST_F(Three, WhoIsStillAtTheBarrierIsNotRestarted) {
  join();
  submit(TestFlow().gang({}, three()).build());
  reach_barrier("side");
  AttemptExit exit;
  exit.code = 3;
  happen(fact::AttemptExited{attempt("lead"), exit});
  EXPECT_EQ(restarted(), "");
  reach_barrier("lead");
  reach_barrier("third");
  EXPECT_EQ(effects<effect::Release>().size(), 3U);
}

TEST_F(Three, WhoWasReleasedAndHasNotSaidThatItRunsIsRestarted) {
  join();
  submit(TestFlow().gang({}, three()).build());
  for (const char* name : kAll) reach_barrier(name);
  start("lead");
  exit("lead", 5);
  EXPECT_EQ(restarted(), "side1 third1 lead1 ");
  EXPECT_EQ(status("side"), "INITIALIZING");
  happen(fact::AttemptStarted{attempt("side"), 100, now_, 0});
  EXPECT_EQ(status("side"), "INITIALIZING") << "that was the command before";
}

TEST_F(Three, WithoutABarrierAnybodyMayHaveBegun) {
  begin(without_barrier());
  exit("lead", 3);
  EXPECT_EQ(restarted(), "side1 third1 ");
  start("side");
  EXPECT_TRUE(has_begun(flow(), index("side")));
}

TEST_F(Three, AFinishedOneStaysFinished) {
  begin({});
  exit("third", 0);
  exit("lead", 3);
  EXPECT_EQ(restarted(), "side1 ");
  EXPECT_EQ(status("third"), "COMPLETED");
  reach_barrier("lead");
  reach_barrier("side");
  EXPECT_EQ(effects<effect::Release>().size(), 2U);
}

// It had ended by itself before the order reached it.
TEST_F(Three, AnExitOfTheCommandBeforeIsLate) {
  begin({});
  exit("lead", 3);
  const std::size_t events = events_.size();
  happen(fact::AttemptExited{attempt("side"), {}, 0});
  EXPECT_EQ(events_.size(), events);
  EXPECT_TRUE(effects<effect::Forget>().size() == 1) << "the lead's first attempt only";
  reach_barrier("side");
  EXPECT_EQ(row("side").barrier, AtBarrier::kParked);
}

TEST_F(Three, ACancelEndsWhoIsOnItsWayBackAndItsExitIsThatOfTheOrder) {
  begin({});
  exit("lead", 3);
  happen(fact::Cancel{WorkflowKey(1), "ada", ""});
  ASSERT_EQ(effects<effect::Stop>().size(), 3U);
  EXPECT_EQ(effects<effect::Stop>()[1].incarnation, 1U);
  happen(fact::AttemptExited{attempt("side"), {}, 0});
  EXPECT_EQ(status("side"), "RUNNING") << "its place may be in use again";
  for (const char* name : kAll) exit(name, 143);
  EXPECT_EQ(status("side"), "FAILED_CANCELED");
  EXPECT_EQ(status(), "FAILED_CANCELED");
}

TEST_F(Three, TheOrderIsRepeatedWhenTheHostJoinsAgain) {
  begin({});
  exit("lead", 3);
  fact::HostJoined joined{.host = kHost, .name = "here", .capacity = {.cpus = 4, .memory = {}, .gpus = {}}};
  joined.running = {{attempt("side"), 100, now_, 0}, {attempt("lead"), 0, {}, 0}};
  joined.exited = {{attempt("third"), {}, 0}};
  happen(joined);
  forget_effects();
  pending_effects(state_, kHost, effects_);
  EXPECT_EQ(restarted(), "side1 third1 ");
  EXPECT_EQ(effects<effect::Start>().size(), 1U);
}

// Its agent died, and all that the next one knows of it is how the command before ended.
TEST_F(Three, WhatIsKnownOfACommandBeforeDoesNotSaveOneThatRan) {
  begin({});
  exit("third", 5);
  start("third");
  fact::HostJoined joined{.host = kHost, .name = "here", .capacity = {.cpus = 4, .memory = {}, .gpus = {}}};
  joined.running = {{attempt("lead"), 100, now_, 0}, {attempt("side"), 100, now_, 0}};
  joined.exited = {{attempt("third"), {}, 0}};
  happen(joined);
  EXPECT_EQ(status("third"), "FAILED_BACKEND_ERROR");
}

TestTask restarting(std::uint32_t limit) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.exit_actions = {{ExitActionKind::kRestart, 5, 5}, {ExitActionKind::kReschedule, 3, 5}};
  task.policy.reschedule_limit = limit;
  return task;
}

TEST_F(InPlace, RestartKeepsTheRowAndItsStart) {
  join();
  submit(TestFlow().task(restarting(3)).build());
  start("a");
  const Instant started = row("a").started_at;
  pass(Micros(1'000'000));
  exit("a", 5);
  EXPECT_EQ(row("a").number, 0U);
  start("a");
  EXPECT_EQ(row("a").started_at, started);
  EXPECT_EQ(flow().active, 1U);
}

TEST_F(InPlace, RestartAndRescheduleShareOneLimit) {
  join();
  submit(TestFlow().task(restarting(3)).build());
  for (const int code : {5, 3, 5}) run("a", code);
  EXPECT_EQ(row("a").number, 1U);
  EXPECT_EQ(incarnation("a"), 1U);
  run("a", 3);
  EXPECT_EQ(status("a"), "FAILED");
  EXPECT_EQ(message("a"), "not tried again: the limit of 3 retries is reached (limits.max_retry_per_task)");
}

TEST_F(InPlace, ALimitOfZeroMeansNeither) {
  join();
  submit(TestFlow().task(restarting(0)).build());
  run("a", 5);
  EXPECT_EQ(status("a"), "FAILED");
  EXPECT_EQ(message("a"), "not tried again: limits.max_retry_per_task is 0");
}

TEST_F(InPlace, ALostOneIsRescheduledBecauseItsPlaceIsGone) {
  TestTask task = restarting(3);
  task.policy.exit_actions = {{ExitActionKind::kRestart, 3001, 3001}};
  join();
  submit(TestFlow().task(task).build());
  start("a");
  happen(fact::HostLost{kHost, "gone"});
  EXPECT_EQ(row("a").number, 1U);
  EXPECT_EQ(incarnation("a"), 0U);
}

TEST_F(InPlace, ATimeoutRunsOn) {
  TestTask task = restarting(3);
  task.policy.exec_timeout = Micros(10'000'000);
  join();
  submit(TestFlow().task(task).build());
  start("a");
  pass(Micros(6'000'000));
  exit("a", 5);
  start("a");
  pass(Micros(4'000'000));
  EXPECT_EQ(row("a").stopping, StopReason::kExecTimeout);
}

TEST_F(InPlace, SnapshotsHoldIt) {
  join();
  submit(TestFlow().task(restarting(3)).build());
  run("a", 5);
  const Result<WorkflowState> again = decode_snapshot(encode_snapshot(flow()), flow().spec);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->restarts, flow().restarts);
  EXPECT_FALSE(has_begun(*again, TaskIndex(0)));
}

// A release that restarted groups by new attempts was replaced while one was being stopped for that.
TEST_F(InPlace, AStopOfAnEarlierReleaseBecomesARestart) {
  join();
  submit(TestFlow().gang({}, three()).build());
  for (const char* name : {"lead", "side", "third"}) start(name);
  apply(state_, Event{WorkflowKey(1), now_, event::AttemptStopping{index("side"), 0, StopReason::kGroupRestart}});
  exit("side", 143);
  EXPECT_EQ(incarnation("side"), 1U);
  EXPECT_EQ(row("side").stopping, StopReason::kNone);
  EXPECT_EQ(retries_used(flow(), index("side")), 0U);
}

TEST(RetryDelay, GrowsByItsFactorUpToItsCap) {
  TaskPolicy policy;
  policy.retry_delay = Micros(10'000'000);
  EXPECT_EQ(delay_before_retry(policy, 7), Micros(10'000'000));
  policy.retry_backoff = 2'500;
  EXPECT_EQ(delay_before_retry(policy, 0), Micros(10'000'000));
  EXPECT_EQ(delay_before_retry(policy, 1), Micros(25'000'000));
  EXPECT_EQ(delay_before_retry(policy, 2), Micros(62'500'000));
  policy.retry_max_delay = Micros(60'000'000);
  EXPECT_EQ(delay_before_retry(policy, 2), Micros(60'000'000));
  EXPECT_EQ(delay_before_retry(policy, 4'000'000'000U), Micros(60'000'000));
  policy.retry_max_delay = {};
  EXPECT_GT(delay_before_retry(policy, 4'000'000'000U), Micros(0)) << "bounded without a cap, too";
}

TEST(RetryDelay, ACapBelowTheDelayCounts) {
  TaskPolicy policy;
  policy.retry_delay = Micros(10'000'000);
  policy.retry_max_delay = Micros(5'000'000);
  EXPECT_EQ(delay_before_retry(policy, 0), Micros(5'000'000));
}

TEST_F(InPlace, AJobThatWaitsForItsRetryHoldsNoGpu) {
  TestTask job = needs_gpus("a", 4);
  job.policy.max_retries = 1;
  job.policy.retry_delay = Micros(60'000'000);
  join();
  submit(TestFlow().task(job).build());
  run("a", 1);
  EXPECT_EQ(status("a"), "PROCESSING");
  EXPECT_TRUE(state_.hosts.at(kHost).gpus_used.empty());
  EXPECT_EQ(state_.hosts.at(kHost).active, 0U);
  const WorkflowKey other = submit(TestFlow().task(needs_gpus("b", 4)).build());
  EXPECT_EQ(status("b", other), "INITIALIZING");
}

}  // namespace
}  // namespace sennit::core

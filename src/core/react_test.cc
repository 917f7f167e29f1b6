#include "core/core_fixture.h"

namespace sennit::core {
namespace {

using Life = CoreTest;
constexpr Micros kSecond{1'000'000};

TestTask job(const std::string& name, std::uint32_t retries, Micros delay = {}) {
  TestTask task{.name = name, .resources = {}, .policy = {}};
  task.policy.max_retries = retries;
  task.policy.retry_delay = delay;
  return task;
}

// a -> b -> d
//  \-> c -/
TEST_F(Life, DiamondRunsInOrderOfItsEdges) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).task("c", {"a"}).task("d", {"b", "c"}).build());
  EXPECT_EQ(status("a"), "INITIALIZING");
  EXPECT_EQ(status("b"), "WAITING");
  run("a");
  EXPECT_EQ(status(), "RUNNING");
  run("b");
  EXPECT_EQ(status("d"), "WAITING");
  run("c");
  run("d");
  EXPECT_EQ(status(), "COMPLETED");
  EXPECT_EQ(effects<effect::Finish>().size(), 1U);
}

TEST_F(Life, AWorkflowRunsSinceItsFirstTaskDidHoweverShort) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  const Instant began = now_ + kSecond;
  now_ = began + kSecond;
  AttemptExit exit;
  exit.at = now_;
  exit.ran_us = kSecond.count();
  happen(fact::AttemptExited{attempt("a"), exit});
  EXPECT_EQ(status(), "RUNNING");
  EXPECT_EQ(flow().started_at, began);
  EXPECT_EQ(row("a").started_at, began);
}

TEST_F(Life, AFailureDoomsWhatIsBehindItAndNothingElse) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).task("c", {"b"}).task("free").build());
  run("a", 3);
  EXPECT_EQ(status("a"), "FAILED");
  EXPECT_EQ(row("a").exit_code, 3);
  EXPECT_EQ(status("b"), "FAILED_UPSTREAM");
  EXPECT_EQ(status("c"), "FAILED_UPSTREAM");
  EXPECT_EQ(row("c").exit_code, 3000);
  EXPECT_EQ(status(), "RUNNING");
  run("free");
  EXPECT_EQ(status(), "FAILED");
}

TEST_F(Life, AChainOf100000FailsWithoutRecursion) {
  TestFlow flow;
  flow.task("t0");
  for (int i = 1; i < 100'000; ++i) flow.task("t" + std::to_string(i), {"t" + std::to_string(i - 1)});
  join();
  const WorkflowKey key(1);
  react(state_, fact::Submit{key, flow.build(), {}}, now_, *this);
  plan(state_, now_, *this);
  AttemptExit exit;
  exit.code = 1;
  react(state_, fact::AttemptExited{attempt_of(state_, this->flow(), TaskIndex(0)), exit}, now_, *this);
  std::size_t steps = 0;
  do {
    plan(state_, now_, *this);
    ++steps;
  } while (state_.plan_again);
  EXPECT_GT(steps, 2U);  // a cascade is worked off in bounded steps
  EXPECT_EQ(status(), "FAILED");
  EXPECT_EQ(this->flow().task_counts.of(Status::kFailedUpstream), 99'999U);
}

TEST_F(Life, CancelEndsWaitingTasksAtOnceAndRunningOnesAtTheirExit) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).task("done").build());
  run("done");
  start("a");
  happen(fact::Cancel{WorkflowKey(1), "ada", "enough"});
  EXPECT_EQ(status("done"), "COMPLETED");
  EXPECT_EQ(status("b"), "FAILED_CANCELED");
  EXPECT_EQ(status("a"), "RUNNING");
  ASSERT_EQ(effects<effect::Stop>().size(), 1U);
  exit("a", 0);
  EXPECT_EQ(status("a"), "FAILED_CANCELED");
  EXPECT_EQ(message("a"), "Task was canceled by user: ada. enough");
  EXPECT_FALSE(row("a").has_exit_code);
  EXPECT_EQ(status(), "FAILED_CANCELED");
}

TEST_F(Life, AnExitThatCameBeforeTheCancelCountsAsItIs) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  start("a");
  AttemptExit exit;
  exit.at = now_;
  now_ = now_ + Micros(1'000);
  happen(fact::Cancel{WorkflowKey(1), "ada", ""});
  happen(fact::AttemptExited{attempt("a"), exit});
  EXPECT_EQ(status("a"), "COMPLETED");
  EXPECT_EQ(status("b"), "FAILED_CANCELED");
  EXPECT_EQ(status(), "FAILED_CANCELED");
}

TEST_F(Life, ARepeatedExitChangesNothingAndIsForgottenAgain) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  const AttemptId first = attempt("a");
  run("a");
  forget_effects();
  const std::size_t events = events_.size();
  happen(fact::AttemptExited{first, {}});
  EXPECT_EQ(events_.size(), events);
  EXPECT_EQ(effects<effect::Forget>(), (std::vector<effect::Forget>{{first, kHost}}));
}

TEST_F(Life, AnExitWithoutAStartCountsAsOne) {
  join();
  submit(TestFlow().task("a").build());
  exit("a", 0);
  EXPECT_EQ(status(), "COMPLETED");
  EXPECT_TRUE(row("a").started_at.is_set());
}

TEST_F(Life, AnUnknownAttemptOfOursIsStopped) {
  join();
  submit(TestFlow().task("a").build());
  const AttemptId stray{state_.instance, WorkflowKey(99), TaskIndex(0), 0};
  const AttemptId foreign{InstanceId(1), WorkflowKey(99), TaskIndex(0), 0};
  happen(fact::AttemptStarted{foreign, 1, now_});
  EXPECT_TRUE(effects<effect::Stop>().empty());
  happen(fact::AttemptStarted{stray, 1, now_});
  ASSERT_EQ(effects<effect::Stop>().size(), 1U);
  EXPECT_EQ(effects<effect::Stop>().front().attempt, stray);
}

TEST_F(Life, AJobIsTriedAgainAfterItsDelayAndHoldsNothingMeanwhile) {
  join();
  submit(TestFlow().task(job("a", 2, 60 * kSecond)).build());
  run("a", 1);
  EXPECT_EQ(status("a"), "PROCESSING");
  EXPECT_EQ(row("a").number, 1U);
  EXPECT_EQ(state_.hosts.at(kHost).cpus_used, 0U);
  EXPECT_EQ(next_deadline(state_), now_ + 60 * kSecond);
  pass(59 * kSecond);
  EXPECT_EQ(status("a"), "PROCESSING");
  pass(kSecond);
  EXPECT_EQ(status("a"), "INITIALIZING");
  run("a", 1);
  pass(60 * kSecond);
  run("a", 1);
  EXPECT_EQ(status("a"), "FAILED");
  EXPECT_EQ(flow().past.size(), 2U);
  EXPECT_EQ(message("a"), "failed after 2 retries");
}

TEST_F(Life, LossesAreFreeThreeTimesInARow) {
  join();
  submit(TestFlow().task(job("a", 1)).build());
  for (int loss = 0; loss < 3; ++loss) {
    start("a");
    happen(fact::HostLost{kHost, "gone"});
    join();
  }
  EXPECT_EQ(row("a").number, 3U);
  EXPECT_EQ(row("a").free_retries, 3U);
  start("a");
  happen(fact::HostLost{kHost, "gone"});  // the fourth uses up the one retry
  join();
  EXPECT_EQ(row("a").free_retries, 3U);
  start("a");
  happen(fact::HostLost{kHost, "gone"});
  EXPECT_EQ(status("a"), "FAILED_BACKEND_ERROR");
  EXPECT_EQ(row("a").exit_code, 3001);
}

TEST_F(Life, ALostTaskWithoutRetriesFails) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  happen(fact::HostLost{kHost, "agent killed"});
  EXPECT_EQ(status("a"), "FAILED_BACKEND_ERROR");
  EXPECT_EQ(message("a"), "agent killed");
}

TEST_F(Life, AnExitActionReschedulesUpToItsLimit) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.exit_actions = {{ExitActionKind::kReschedule, 3, 3}};
  join();
  submit(TestFlow().task(task).build());
  for (int i = 0; i < 3; ++i) run("a", 3);
  EXPECT_EQ(row("a").number, 3U);
  run("a", 3);
  EXPECT_EQ(status("a"), "FAILED");
  EXPECT_EQ(message("a"), "not tried again: the limit of 3 retries is reached (limits.max_retry_per_task)");
}

TEST_F(Life, ATimeoutStopsTheTaskAndIsNotRetried) {
  TestTask task = job("a", 3);
  task.policy.exec_timeout = 5 * kSecond;
  join();
  submit(TestFlow().task(task).build());
  start("a");
  pass(5 * kSecond);
  ASSERT_EQ(effects<effect::Stop>().size(), 1U);
  EXPECT_EQ(effects<effect::Stop>().front().reason, StopReason::kExecTimeout);
  exit("a", 143);
  EXPECT_EQ(status("a"), "FAILED_EXEC_TIMEOUT");
  EXPECT_EQ(message("a"), "ran longer than the set limit of 5s (timeout.exec_timeout)");
  EXPECT_EQ(status(), "FAILED_EXEC_TIMEOUT");
}

TEST_F(Life, AQueueTimeoutEndsTheGroupThatWaits) {
  TestTask task = needs_gpus("b", 4);
  task.policy.queue_timeout = 5 * kSecond;
  join();
  submit(TestFlow().task(needs_gpus("a", 4)).task(task).build());
  pass(5 * kSecond);
  EXPECT_EQ(status("b"), "FAILED_QUEUE_TIMEOUT");
  run("a");
  EXPECT_EQ(status(), "FAILED_QUEUE_TIMEOUT");
}

TEST_F(Life, TheWorkflowsTimeoutEndsEverything) {
  TestFlow flow;
  flow.header().timeout = 10 * kSecond;
  join();
  submit(flow.task("a").task("b", {"a"}).build());
  start("a");
  pass(10 * kSecond);
  EXPECT_EQ(status("b"), "FAILED_CANCELED");
  EXPECT_EQ(message("b"), "not started: the workflow ran longer than the set limit of 10s (timeout)");
  exit("a", 143);
  EXPECT_EQ(status(), "FAILED_EXEC_TIMEOUT");
  EXPECT_EQ(this->flow().message, "ran longer than the set limit of 10s (timeout)");
}

TEST_F(Life, AJoiningHostIsReconciled) {
  join();
  submit(TestFlow().task("alive").task("ended").task("gone").task("unheard").build());
  for (const char* name : {"alive", "ended", "gone"}) start(name);
  forget_effects();
  fact::HostJoined joined;
  joined.host = kHost;
  joined.capacity = state_.hosts.at(kHost).capacity;
  joined.running = {{attempt("alive"), 100, now_}};
  joined.exited = {{attempt("ended"), {}}};
  happen(joined);
  EXPECT_EQ(status("alive"), "RUNNING");
  EXPECT_EQ(status("ended"), "COMPLETED");
  EXPECT_EQ(status("gone"), "FAILED_BACKEND_ERROR");
  std::vector<Effect> pending;
  pending_effects(state_, kHost, pending);
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(std::get<effect::Start>(pending.front()).attempt, attempt("unheard"));
}

TEST_F(Life, AClockThatWasSetBackDoesNotChangeHowAnAttemptEnded) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  const Instant began = now_;
  now_ = now_ + 9 * kSecond;
  happen(fact::Cancel{WorkflowKey(1), "ann", ""});
  now_ = now_ + kSecond;
  AttemptExit exit;
  exit.code = 143;
  exit.at = now_ - 3600 * kSecond;
  exit.ran_us = (10 * kSecond).count();
  happen(fact::AttemptExited{attempt("a"), exit});
  EXPECT_EQ(status("a"), "FAILED_CANCELED");
  EXPECT_EQ(row("a").ended_at, began + 10 * kSecond);
}

TEST_F(Life, AnAttemptThatWasToldToStopIsNotStartedAgain) {
  join();
  submit(TestFlow().task("a").build());
  happen(fact::Cancel{WorkflowKey(1), "ann", ""});
  std::vector<Effect> pending;
  pending_effects(state_, kHost, pending);
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(std::get<effect::Stop>(pending.front()).attempt, attempt("a"));
}

}  // namespace
}  // namespace sennit::core

// Time limits: which clock each runs by, what their end says, and what changing one does.
#include "core/timing.h"

#include "core/core_fixture.h"

namespace sennit::core {
namespace {

constexpr Micros kSecond{1'000'000};
constexpr Micros kMinute = 60 * kSecond;

TestTask limited(const std::string& name, Micros exec, Micros queue = {}) {
  TestTask task{.name = name, .resources = {}, .policy = {}};
  task.policy.exec_timeout = exec;
  task.policy.queue_timeout = queue;
  return task;
}

class Timing : public CoreTest {
 protected:
  static constexpr WorkflowKey kFlow{1};

  void set(event::LimitSet limits) {
    limits.user = "ada";
    happen(fact::SetLimits{kFlow, limits});
  }
  GroupIndex group(const std::string& task) const { return flow().spec->tasks[index(task).value()].group; }
  void host_goes_away() { state_.hosts.at(kHost).joined = false; }
  // The host with what it knows: `running`, and `exited` at a time.
  void host_comes_back(const std::vector<std::string>& running, const std::vector<fact::AttemptExited>& exited = {}) {
    fact::HostJoined joined;
    joined.host = kHost;
    joined.name = "here";
    joined.capacity = state_.hosts.at(kHost).capacity;
    for (const std::string& name : running) joined.running.push_back({attempt(name), 100, row(name).started_at});
    joined.exited = exited;
    happen(joined);
  }
  fact::AttemptExited exit_at(const std::string& name, Instant at) const {
    AttemptExit exit;
    exit.at = at;
    return {attempt(name), exit};
  }
  std::vector<StopReason> stops() const {
    std::vector<StopReason> reasons;
    for (const effect::Stop& stop : effects<effect::Stop>()) reasons.push_back(stop.reason);
    return reasons;
  }
};

TEST_F(Timing, AQueueTimeoutSaysWhatWasLackingAndWhoHadIt) {
  TestTask late = needs_gpus("eval", 4);
  late.policy.queue_timeout = 6 * 60 * kMinute;
  join({.cpus = 8, .memory = {}, .gpus = GpuSet::first(8)});
  submit(TestFlow().task(needs_gpus("train", 4)).task(needs_gpus("fit", 2)).task(late).build());
  pass(6 * 60 * kMinute);
  EXPECT_EQ(status("eval"), "FAILED_QUEUE_TIMEOUT");
  EXPECT_EQ(message("eval"),
            "Resource timeout: waited 6h for 4 GPUs; 2 free, 6 of 8 held by flow-1/train, flow-1/fit; queued longer "
            "than the set limit of 6h (timeout.queue_timeout)");
}

TEST_F(Timing, TheQueueClockStopsWithThePlacement) {
  join();
  submit(TestFlow().task(limited("a", {}, kMinute)).build());
  EXPECT_EQ(status("a"), "INITIALIZING");
  pass(2 * kMinute);
  EXPECT_EQ(status("a"), "INITIALIZING");
}

// Reference: retries do not reset the exec clock.
TEST_F(Timing, AGroupsExecClockRunsOnThroughItsRetries) {
  TestTask task = limited("a", 10 * kSecond);
  task.policy.exit_actions = {{ExitActionKind::kReschedule, 3, 3}};
  join();
  submit(TestFlow().task(task).build());
  start("a");
  pass(6 * kSecond);
  exit("a", 3);
  start("a");
  pass(3 * kSecond);
  EXPECT_TRUE(stops().empty());
  pass(kSecond);
  EXPECT_EQ(stops(), std::vector{StopReason::kExecTimeout});
  exit("a", 143);
  EXPECT_EQ(message("a"), "ran longer than the set limit of 10s (timeout.exec_timeout)");
}

TEST_F(Timing, AGroupsExecClockAlsoEndsARetryThatWaits) {
  TestTask task = limited("a", 10 * kSecond);
  task.resources.gpu_count = 4;
  task.policy.exit_actions = {{ExitActionKind::kReschedule, 3, 3}};
  join();
  submit(TestFlow().task(task).build(), Priority::kNormal);
  submit(TestFlow().task(needs_gpus("b", 1)).build(), Priority::kHigh);
  run("a", 3);
  EXPECT_EQ(status("a"), "SCHEDULING");
  pass(10 * kSecond);
  EXPECT_EQ(status("a"), "FAILED_EXEC_TIMEOUT");
  EXPECT_EQ(status(), "FAILED_EXEC_TIMEOUT");
}

TEST_F(Timing, EachAttemptOfAJobHasAllOfItsTime) {
  TestTask task = limited("a", 10 * kSecond);
  task.policy.exec_per_attempt = true;
  task.policy.max_retries = 1;
  join();
  submit(TestFlow().task(task).build());
  start("a");
  pass(9 * kSecond);
  exit("a", 1);
  start("a");
  pass(9 * kSecond);
  EXPECT_TRUE(stops().empty());
  pass(kSecond);
  exit("a", 143);
  EXPECT_EQ(status("a"), "FAILED_EXEC_TIMEOUT");
}

TEST_F(Timing, ARunFarBeyondItsLimitIsTold) {
  join();
  submit(TestFlow().task(limited("a", 10 * kSecond)).build());
  start("a");
  host_goes_away();
  pass(3600 * kSecond);
  EXPECT_TRUE(stops().empty());  // nobody knows what became of it
  host_comes_back({"a"});
  EXPECT_EQ(stops(), std::vector{StopReason::kExecTimeout});
  exit("a", 143);
  EXPECT_EQ(message("a"), "ran for 1h, longer than the set limit of 10s (timeout.exec_timeout)");
}

TEST_F(Timing, WhatEndedInTimeWhileItsHostWasAwayCounts) {
  join();
  submit(TestFlow().task(limited("a", 10 * kSecond)).task("b", {"a"}).build());
  start("a");
  const Instant in_time = now_ + 5 * kSecond;
  host_goes_away();
  pass(3600 * kSecond);
  host_comes_back({}, {exit_at("a", in_time)});
  EXPECT_EQ(status("a"), "COMPLETED");
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(Timing, AnExitThatCameBeforeTheLimitCountsAsItIs) {
  join();
  submit(TestFlow().task(limited("a", 10 * kSecond)).build());
  start("a");
  const Instant in_time = now_ + Micros(9'999'999);
  pass(10 * kSecond);
  EXPECT_EQ(stops(), std::vector{StopReason::kExecTimeout});
  happen(exit_at("a", in_time));
  EXPECT_EQ(status("a"), "COMPLETED");
}

TEST_F(Timing, AfterARestartNoGroupIsGivenUpBeforeAHostHadTimeToJoin) {
  submit(TestFlow().task(limited("a", {}, kMinute)).build());
  state_.hosts_awaited_until = now_ + 2 * kMinute;
  pass(kMinute);
  EXPECT_EQ(status("a"), "SCHEDULING");
  EXPECT_EQ(next_deadline(state_), state_.hosts_awaited_until);
  pass(kMinute);
  EXPECT_EQ(status("a"), "FAILED_QUEUE_TIMEOUT");
  EXPECT_EQ(message("a"),
            "Resource timeout: waited 2m for a host; none is connected; queued longer than the set limit of 1m "
            "(timeout.queue_timeout)");
}

TEST_F(Timing, AStartThatTakesTooLongFailsTheTask) {
  state_.start_timeout = 30 * kMinute;
  join();
  submit(TestFlow().task("a").task("b").build());
  start("b");
  pass(30 * kMinute);
  EXPECT_EQ(stops(), std::vector{StopReason::kStartTimeout});
  start("a");  // too late
  EXPECT_EQ(status("a"), "INITIALIZING");
  exit("a", 143);
  EXPECT_EQ(status("a"), "FAILED_START_TIMEOUT");
  EXPECT_EQ(row("a").exit_code, 3005);
  EXPECT_EQ(message("a"), "did not start within 30m of getting its resources (server.start_timeout)");
  EXPECT_EQ(status("b"), "RUNNING");
}

TEST_F(Timing, WhoFetchesItsInputsTakesItsTime) {
  state_.start_timeout = 30 * kMinute;
  TestTask fetching{.name = "a", .resources = {}, .policy = {}};
  fetching.body.inputs = {{.kind = InputSpec::Kind::kUrl, .source = "s3://b/x"}};
  TestTask taking{.name = "b", .resources = {}, .policy = {}};
  taking.body.outputs = {{.kind = OutputSpec::Kind::kUrl, .target = "s3://b/y", .path = "", .regex = ""}};
  join();
  submit(TestFlow().task(fetching).task(taking).build());
  pass(600 * kMinute);
  EXPECT_EQ(row("a").stopping, StopReason::kNone);
  EXPECT_EQ(row("b").stopping, StopReason::kStartTimeout);
  start("a");
  EXPECT_EQ(status("a"), "RUNNING");
}

TEST_F(Timing, AStartThatTimesOutAfterTheCommandRanWasTooLate) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  AttemptExit exit;
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = 3005;
  happen(fact::AttemptExited{attempt("a"), exit});
  EXPECT_EQ(status("a"), "RUNNING");
}

TEST_F(Timing, ExitActionsApplyToAStartTimeout) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.exit_actions = {{ExitActionKind::kReschedule, 3005, 3005}};
  state_.start_timeout = kMinute;
  join();
  submit(TestFlow().task(task).build());
  pass(kMinute);
  exit("a", 143);
  EXPECT_EQ(row("a").number, 1U);
  EXPECT_EQ(status("a"), "INITIALIZING");
  run("a");
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(Timing, AStartThatWasOnlyNotHeardOfIsNone) {
  state_.start_timeout = kMinute;
  join();
  submit(TestFlow().task("a").build());
  host_goes_away();
  pass(3600 * kSecond);
  EXPECT_TRUE(stops().empty());
  fact::HostJoined joined;
  joined.host = kHost;
  joined.capacity = state_.hosts.at(kHost).capacity;
  joined.running = {{attempt("a"), 100, now_ - kMinute}};
  happen(joined);
  EXPECT_EQ(status("a"), "RUNNING");
  EXPECT_TRUE(stops().empty());
}

TEST_F(Timing, TheBarrierStopsTheStartsClock) {
  state_.start_timeout = kMinute;
  join();
  submit(TestFlow().gang({}, {{.name = "x"}, {.name = "y", .lead = false}}).build());
  happen(fact::AttemptAtBarrier{attempt("x")});
  pass(kMinute);
  EXPECT_EQ(stops().size(), 1U);  // y's
  EXPECT_EQ(row("x").stopping, StopReason::kNone);
  exit("y", 143);  // x is alone now, and released
  EXPECT_EQ(row("x").barrier, AtBarrier::kPassed);
  pass(59 * kSecond);
  EXPECT_EQ(row("x").stopping, StopReason::kNone);
  pass(kSecond);
  EXPECT_EQ(row("x").stopping, StopReason::kStartTimeout);
}

TEST_F(Timing, ARaisedLimitLetsTheAttemptRunOn) {
  join();
  submit(TestFlow().task(limited("a", 10 * kSecond)).build());
  start("a");
  pass(9 * kSecond);
  set({.group = group("a"), .exec = 20 * kSecond});
  pass(10 * kSecond);
  EXPECT_TRUE(stops().empty());
  pass(kSecond);
  EXPECT_EQ(stops(), std::vector{StopReason::kExecTimeout});
  exit("a", 143);
  EXPECT_EQ(message("a"), "ran longer than the set limit of 20s (set-timeout --exec)");
}

TEST_F(Timing, ALimitLoweredBelowWhatHasPassedEndsAtOnce) {
  join();
  submit(TestFlow().task(limited("a", 3600 * kSecond)).build());
  start("a");
  pass(60 * kSecond);
  EXPECT_EQ(over_at_once(flow(), {.exec = 59 * kSecond}, now_).groups, std::vector{group("a")});
  EXPECT_TRUE(over_at_once(flow(), {.exec = 61 * kSecond}, now_).groups.empty());
  set({.exec = 59 * kSecond});
  EXPECT_EQ(stops(), std::vector{StopReason::kExecTimeout});
}

TEST_F(Timing, ALimitOfNoneIsNone) {
  TestFlow flow;
  flow.header().timeout = 30 * kSecond;
  join();
  submit(flow.task(limited("a", 10 * kSecond)).build());
  start("a");
  set({.exec = Micros(0), .workflow = Micros(0)});
  pass(3600 * kSecond);
  EXPECT_TRUE(stops().empty());
  EXPECT_EQ(next_deadline(state_), std::nullopt);
}

TEST_F(Timing, AQueueLimitCanBeRaisedWhileItWaits) {
  TestTask task = needs_gpus("b", 4);
  task.policy.queue_timeout = kMinute;
  join();
  submit(TestFlow().task(needs_gpus("a", 4)).task(task).build());
  set({.group = group("b"), .queue = 2 * kMinute});
  pass(kMinute);
  EXPECT_EQ(status("b"), "SCHEDULING");
  pass(kMinute);
  EXPECT_EQ(status("b"), "FAILED_QUEUE_TIMEOUT");
}

TEST_F(Timing, TheWorkflowsLimitCanBeSetWhileItRuns) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  start("a");
  pass(10 * kSecond);
  set({.workflow = 20 * kSecond});
  EXPECT_TRUE(stops().empty());
  pass(10 * kSecond);
  EXPECT_EQ(stops(), std::vector{StopReason::kWorkflowTimeout});
  exit("a", 143);
  EXPECT_EQ(status(), "FAILED_EXEC_TIMEOUT");
  EXPECT_EQ(message("a"), "the workflow ran longer than the set limit of 20s (set-timeout --workflow)");
  EXPECT_EQ(message("b"), "not started: the workflow ran longer than the set limit of 20s (set-timeout --workflow)");
}

TEST_F(Timing, ALimitThatIsChangedDuringTheGracePeriodDoesNotChangeTheWords) {
  join();
  submit(TestFlow().task(limited("a", 10 * kSecond)).build());
  start("a");
  pass(10 * kSecond);
  set({.exec = 3600 * kSecond});
  exit("a", 143);
  EXPECT_EQ(status("a"), "FAILED_EXEC_TIMEOUT");
  EXPECT_NE(message("a").find("longer than the set limit of 10s"), std::string::npos) << message("a");
}

TEST_F(Timing, WhatIsSetForAGroupStandsUntilAllAreSet) {
  join();
  submit(TestFlow().task(limited("a", kSecond)).task(limited("b", kSecond)).build());
  const auto limit = [this](const std::string& task) { return exec_time(*flow().spec, flow().limits, group(task)); };
  set({.group = group("a"), .exec = 2 * kSecond});
  EXPECT_EQ(limit("a"), 2 * kSecond);
  EXPECT_EQ(limit("b"), kSecond);
  set({.exec = 3 * kSecond});
  EXPECT_EQ(limit("a"), 3 * kSecond);
  EXPECT_EQ(limit("b"), 3 * kSecond);
  EXPECT_TRUE(flow().limits.groups.empty());
}

TEST_F(Timing, ASnapshotKeepsLimitsAndClocks) {
  state_.start_timeout = kMinute;
  join();
  submit(TestFlow().gang({}, {{.name = "x"}, {.name = "y", .lead = false}}).task(limited("a", kSecond)).build());
  set({.exec = Micros(0), .workflow = kMinute});
  set({.group = group("a"), .exec = 2 * kSecond, .queue = Micros(0)});
  happen(fact::AttemptAtBarrier{attempt("x")});
  happen(fact::AttemptAtBarrier{attempt("y")});
  EXPECT_EQ(flow().clocks.size(), 2U);
  const Result<WorkflowState> again = decode_snapshot(encode_snapshot(flow()), flow().spec);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->limits, flow().limits);
  EXPECT_EQ(again->clocks, flow().clocks);
}

TEST_F(Timing, AFinishedWorkflowTakesNoLimit) {
  join();
  submit(TestFlow().task("a").build());
  run("a");
  const std::size_t events = events_.size();
  set({.exec = kSecond});
  EXPECT_EQ(events_.size(), events);
}

// Thousands that started and ended leave no entries behind in the queue.
TEST_F(Timing, StaleDeadlinesDoNotPileUp) {
  state_.start_timeout = 30 * kMinute;
  TestFlow flow;
  for (int i = 0; i < 3'000; ++i) flow.task("t" + std::to_string(i));
  join();
  const WorkflowKey key(1);
  react(state_, fact::Submit{key, flow.build(), {}}, now_, *this);
  for (std::uint32_t t = 0; t < 3'000; ++t) {
    plan(state_, now_, *this);
    AttemptExit exit;
    exit.at = now_;
    react(state_, fact::AttemptExited{attempt_of(state_, this->flow(), TaskIndex(t)), exit}, now_, *this);
  }
  plan(state_, now_, *this);
  EXPECT_LT(state_.deadlines.size(), 1'100U);
}

}  // namespace
}  // namespace sennit::core

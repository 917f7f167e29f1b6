#include "core/pause.h"

#include "core/core_fixture.h"

namespace sennit::core {
namespace {

using std::chrono::seconds;

class PauseTest : public CoreTest {
 protected:
  static constexpr WorkflowKey kFlow{1};

  void pause(const std::vector<std::string>& names = {}, const std::string& message = "") {
    happen(fact::Pause{kFlow, "ada", message, indexes(names)});
  }
  void resume(const std::vector<std::string>& names = {}) { happen(fact::Resume{kFlow, "ada", indexes(names)}); }
  std::vector<TaskIndex> indexes(const std::vector<std::string>& names) const {
    std::vector<TaskIndex> found;
    found.reserve(names.size());
    for (const std::string& name : names) found.push_back(index(name));
    return found;
  }
  void taken_back(const std::string& name) {
    AttemptExit exit;
    exit.how = AttemptExit::How::kNotStarted;
    exit.code = 143;
    exit.at = now_;
    happen(fact::AttemptExited{attempt(name), exit});
  }
  // What a server that starts now would make of it.
  void read_back() {
    State fresh;
    fresh.instance = state_.instance;
    for (const auto& [key, workflow] : state_.workflows) {
      Result<WorkflowState> again = decode_snapshot(encode_snapshot(workflow), workflow.spec);
      ASSERT_TRUE(again.ok()) << again.error().message();
      EXPECT_EQ(encode_snapshot(*again), encode_snapshot(workflow));
      adopt(fresh, std::move(*again));
    }
    state_ = std::move(fresh);
  }
  std::vector<effect::Start> starts_of(const std::string& name) const {
    std::vector<effect::Start> found;
    for (const effect::Start& start : effects<effect::Start>()) {
      if (start.attempt.task == index(name)) found.push_back(start);
    }
    return found;
  }
};

TEST_F(PauseTest, WhatRunsGoesOnAndNothingElseStarts) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  start("a");
  pause();
  exit("a", 0);
  EXPECT_EQ(status("a"), "COMPLETED");
  EXPECT_EQ(status("b"), "SCHEDULING");
  resume();
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(PauseTest, WhoWaitsAlreadyGoesOnWaiting) {
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("a").task("b").build());
  pause();
  run("a");
  EXPECT_EQ(status("b"), "SCHEDULING");
  resume();
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(PauseTest, OutlastsARestart) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  run("a");
  pause({"b"}, "look at it");
  taken_back("b");
  pause({}, "backup");
  read_back();
  join();
  EXPECT_EQ(status("b"), "SCHEDULING");
  EXPECT_EQ(flow().pause.message, "backup");
  EXPECT_EQ(flow().task_pauses.at(index("b")).message, "look at it");
  resume();
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(PauseTest, ARetryThatBecomesDueWaits) {
  join();
  TestTask task{.name = "a", .resources = {}, .policy = {.max_retries = 1, .retry_delay = seconds(5)}};
  submit(TestFlow().task(task).build());
  run("a", 1);
  pause();
  pass(seconds(10));
  EXPECT_EQ(status("a"), "SCHEDULING");
  resume();
  EXPECT_EQ(status("a"), "INITIALIZING");
}

TEST_F(PauseTest, AskedTwiceIsAskedOnce) {
  join();
  submit(TestFlow().task("a").build());
  pause();
  const std::size_t events = events_.size();
  pause();
  EXPECT_EQ(events_.size(), events);
  resume();
  resume();
  EXPECT_EQ(events_.size(), events + 1);
}

TEST_F(PauseTest, ARunningTaskIsToldToStandStillAndToGoOn) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  pause({"a"});
  EXPECT_EQ(effects<effect::Pause>(), (std::vector<effect::Pause>{{attempt("a"), kHost}}));
  EXPECT_EQ(status("a"), "RUNNING");
  resume({"a"});
  EXPECT_EQ(effects<effect::Continue>(), (std::vector<effect::Continue>{{attempt("a"), kHost}}));
}

TEST_F(PauseTest, AHostThatJoinsIsToldAgain) {
  join();
  submit(TestFlow().task("a").task("b").build());
  start("a");
  start("b");
  pause({"a", "b"});
  resume({"b"});
  std::vector<Effect> again;
  pending_effects(state_, kHost, again);
  EXPECT_EQ(again, (std::vector<Effect>{effect::Pause{attempt("a"), kHost}, effect::Continue{attempt("b"), kHost}}));
}

TEST_F(PauseTest, ATaskOnItsWayIsTakenBackAndHoldsNothing) {
  join();
  submit(TestFlow().task("a").build());
  pause({"a"});
  ASSERT_EQ(effects<effect::Stop>().size(), 1U);
  EXPECT_EQ(effects<effect::Stop>()[0].reason, StopReason::kTakenBack);
  taken_back("a");
  EXPECT_EQ(status("a"), "SCHEDULING");
  EXPECT_EQ(state_.hosts.at(kHost).active, 0U);
  resume({"a"});
  EXPECT_EQ(status("a"), "INITIALIZING");
  EXPECT_EQ(row("a").free_retries, 1U);
}

TEST_F(PauseTest, ATaskThatBeganBeforeItCouldBeTakenBackStandsStill) {
  join();
  submit(TestFlow().task("a").build());
  pause({"a"});
  start("a");
  EXPECT_EQ(effects<effect::Pause>().size(), 1U);
  EXPECT_EQ(row("a").stopping, StopReason::kNone);
  resume();
  exit("a", 0);
  EXPECT_EQ(status("a"), "COMPLETED");
}

TEST_F(PauseTest, ATaskThatRanToItsEndMeanwhileIsCompleted) {
  join();
  submit(TestFlow().task("a").build());
  pause({"a"});
  exit("a", 0);  // its start was not heard of
  EXPECT_EQ(status("a"), "COMPLETED");
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(PauseTest, AGangWaitsForItsPausedTask) {
  submit(TestFlow().gang({}, {{.name = "a"}, {.name = "b", .lead = false}}).build());
  pause({"b"});
  join();
  EXPECT_EQ(status("a"), "SCHEDULING");
  EXPECT_EQ(status("b"), "SCHEDULING");
  resume({"b"});
  EXPECT_EQ(status("a"), "INITIALIZING");
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(PauseTest, AGangDoesNotWaitForAPausedTaskThatWasCancelled) {
  submit(TestFlow().gang({}, {{.name = "a", .lead = false}, {.name = "b"}}).build());
  pause({"a"});
  join();
  EXPECT_EQ(status("b"), "SCHEDULING");
  happen(fact::Cancel{kFlow, "ada", "", indexes({"a"})});
  EXPECT_EQ(status("a"), "FAILED_CANCELED");
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TestTask beside(TestTask task) {
  task.lead = false;
  return task;
}

TEST_F(PauseTest, AGangThatComesBackWithoutItsFirstTaskWaitsForItsPausedOne) {
  join();
  submit(TestFlow().gang({}, {beside(needs_gpus("a", 1)), needs_gpus("b", 2)}).build(), Priority::kLow);
  run("a");
  start("b");
  const WorkflowKey normal = submit(TestFlow().task(needs_gpus("x", 4)).build());
  exit("b", 143);
  pause({"b"});
  resume({"b"});
  pause({"b"});
  run("x", 0, normal);
  EXPECT_EQ(status("b"), "SCHEDULING");
  resume({"b"});
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(PauseTest, OneThatIsResumedWhileItsGroupGivesWayWaitsForTheGroup) {
  join();
  submit(TestFlow().gang({}, {needs_gpus("a", 1), beside(needs_gpus("b", 1))}).build(), Priority::kLow);
  start("a");
  pause({"b"});
  taken_back("b");
  const WorkflowKey normal = submit(TestFlow().task(needs_gpus("x", 4)).build());
  ASSERT_EQ(row("a").stopping, StopReason::kPreempted);
  happen(fact::Cancel{normal, "ada", ""});
  resume({"b"});
  EXPECT_EQ(status("b"), "SCHEDULING");
  exit("a", 143);
  EXPECT_EQ(status("a"), "INITIALIZING");
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(PauseTest, AnotherTaskTakesThePlaceMeanwhile) {
  submit(TestFlow().task(needs_cpus("a", 4)).task(needs_cpus("b", 4)).build());
  pause({"a"});
  join();
  EXPECT_EQ(status("a"), "SCHEDULING");
  EXPECT_EQ(status("b"), "INITIALIZING");
}

TEST_F(PauseTest, TheTimeToRunStandsStill) {
  join();
  TestTask task{.name = "a", .resources = {}, .policy = {.exec_timeout = seconds(10)}};
  submit(TestFlow().task(task).build());
  start("a");
  pass(seconds(8));
  pause({"a"});
  pass(seconds(100));
  EXPECT_EQ(row("a").stopping, StopReason::kNone);
  resume({"a"});
  pass(seconds(1));
  EXPECT_EQ(row("a").stopping, StopReason::kNone);
  pass(seconds(1));
  EXPECT_EQ(row("a").stopping, StopReason::kExecTimeout);
}

TEST_F(PauseTest, TheTimeInTheQueueStandsStill) {
  TestTask task{.name = "a", .resources = {}, .policy = {.queue_timeout = seconds(10)}};
  submit(TestFlow().task(task).build());
  pass(seconds(4));
  pause();
  pass(seconds(3));
  pause({"a"});  // both at once count once
  pass(seconds(100));
  resume();
  pass(seconds(5));
  EXPECT_EQ(status("a"), "SCHEDULING");
  pass(seconds(1));
  EXPECT_EQ(status("a"), "FAILED_QUEUE_TIMEOUT");
}

TEST_F(PauseTest, TheWorkflowsTimeStandsStill) {
  join();
  TestFlow spec;
  spec.header().timeout = seconds(10);
  submit(spec.task("a").build());
  start("a");
  pass(seconds(9));
  pause();
  pass(seconds(100));
  resume();
  EXPECT_FALSE(flow().canceled);
  pass(seconds(1));
  EXPECT_TRUE(flow().canceled);
}

TEST_F(PauseTest, ClocksStandStillAcrossARestart) {
  join();
  TestTask task{.name = "a", .resources = {}, .policy = {.exec_timeout = seconds(10)}};
  submit(TestFlow().task(task).build());
  start("a");
  pause({"a"});
  pass(seconds(100));
  const AttemptId running = attempt("a");
  read_back();
  fact::HostJoined joined;
  joined.host = kHost;
  joined.running = {{running, 100, now_}};
  happen(joined);
  resume({"a"});
  pass(seconds(9));
  EXPECT_EQ(row("a").stopping, StopReason::kNone);
  pass(seconds(1));
  EXPECT_EQ(row("a").stopping, StopReason::kExecTimeout);
}

TEST_F(PauseTest, ARetryOfAPausedTaskWaitsForIt) {
  join();
  TestTask task{.name = "a", .resources = {}, .policy = {.max_retries = 1}};
  submit(TestFlow().task(task).build());
  start("a");
  pause({"a"});
  exit("a", 1);
  EXPECT_EQ(status("a"), "SCHEDULING");
  resume({"a"});
  EXPECT_EQ(status("a"), "INITIALIZING");
}

TEST_F(PauseTest, CancellingEndsThePause) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  start("a");
  pause({"a"});
  pause();
  happen(fact::Cancel{kFlow, "ada", ""});
  EXPECT_FALSE(flow().pause.is_on());
  EXPECT_FALSE(is_paused(flow(), index("a")));
  exit("a", 0);
  EXPECT_EQ(status(), "FAILED_CANCELED");
}

TEST_F(PauseTest, ThoseBehindAreTakenBack) {
  join({.cpus = 1, .memory = gibibytes(1), .gpus = {}});
  TestFlow spec;
  for (int i = 0; i < 20; ++i) spec.task("t" + std::to_string(i));
  submit(spec.build());
  std::string next = "t0";
  for (int i = 0; flow().behind.empty() && i < 15; ++i) run("t" + std::to_string(i));
  ASSERT_FALSE(flow().behind.empty());
  const TaskIndex behind = flow().behind.begin()->first;
  forget_effects();
  pause();
  ASSERT_EQ(effects<effect::Stop>().size(), 1U);
  EXPECT_EQ(effects<effect::Stop>()[0].attempt.task, behind);
  taken_back(std::string(flow().spec->name_of(behind)));
  EXPECT_TRUE(flow().behind.empty());
  EXPECT_EQ(flow().task(behind).status, Status::kScheduling);
}

}  // namespace
}  // namespace sennit::core

#include "core/requests.h"

#include "core/core_fixture.h"

namespace sennit::core {
namespace {

using std::chrono::seconds;

class CancelTest : public CoreTest {
 protected:
  void cancel(const std::vector<std::string>& names, StopForce force = StopForce::kGrace) {
    std::vector<TaskIndex> tasks;
    tasks.reserve(names.size());
    for (const std::string& name : names) tasks.push_back(index(name));
    happen(fact::Cancel{WorkflowKey(1), "ada", "wrong data", tasks, force});
  }
  std::string group_status(const std::string& task) const {
    return std::string(to_string(flow().group(flow().spec->tasks[index(task).value()].group).status));
  }
};

TEST_F(CancelTest, ARunningTaskIsStoppedAndTheOthersGoOn) {
  join();
  submit(TestFlow().task("a").task("b").task("c", {"a"}).build());
  start("a");
  start("b");
  cancel({"a"});
  ASSERT_EQ(effects<effect::Stop>().size(), 1U);
  EXPECT_EQ(effects<effect::Stop>()[0],
            (effect::Stop{attempt("a"), kHost, StopReason::kCanceled, 0, StopForce::kGrace}));
  exit("a", 0);
  EXPECT_EQ(status("a"), "FAILED_CANCELED");
  EXPECT_EQ(message("a"), "Task was canceled by user: ada. wrong data");
  EXPECT_EQ(status("c"), "FAILED_UPSTREAM");
  exit("b", 0);
  EXPECT_EQ(status("b"), "COMPLETED");
  EXPECT_EQ(status(), "FAILED_CANCELED");
}

TEST_F(CancelTest, AWaitingRetryAndAQueuedTaskEndAtOnce) {
  join({.cpus = 1, .memory = gibibytes(1), .gpus = {}});
  TestTask task{.name = "a", .resources = {}, .policy = {.max_retries = 1, .retry_delay = seconds(60)}};
  submit(TestFlow().task(task).task("b").task("c").build());
  run("a", 1);
  EXPECT_EQ(status("a"), "PROCESSING");
  cancel({"a", "c"});
  EXPECT_EQ(status("a"), "FAILED_CANCELED");
  EXPECT_EQ(status("c"), "FAILED_CANCELED");
  pass(seconds(100));
  EXPECT_EQ(status("a"), "FAILED_CANCELED");
}

TEST_F(CancelTest, ACancelledAttemptIsNotRetried) {
  join();
  TestTask task{.name = "a", .resources = {}, .policy = {.max_retries = 3}};
  submit(TestFlow().task(task).build());
  start("a");
  cancel({"a"});
  exit("a", 143);
  EXPECT_EQ(status("a"), "FAILED_CANCELED");
}

TEST_F(CancelTest, WhatEndedByItselfBeforeKeepsItsEnd) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  const Instant ended = now_;
  pass(seconds(5));
  cancel({"a"});
  AttemptExit late;
  late.at = ended;
  happen(fact::AttemptExited{attempt("a"), late});
  EXPECT_EQ(status("a"), "COMPLETED");
}

TEST_F(CancelTest, ALeadTakesItsGroupWithIt) {
  join();
  submit(TestFlow().gang({.barrier = false}, {{.name = "a"}, {.name = "b", .lead = false}}).build());
  start("a");
  start("b");
  cancel({"a"});
  exit("a", 143);
  exit("b", 143);
  EXPECT_EQ(status("b"), "FAILED");
  EXPECT_EQ(group_status("a"), "FAILED_CANCELED");
}

TEST_F(CancelTest, ANonLeadCountsAsTheGroupSays) {
  for (const bool ignored : {true, false}) {
    join();
    const WorkflowKey key = submit(
        TestFlow()
            .gang({.barrier = false, .ignore_nonlead_status = ignored}, {{.name = "a"}, {.name = "b", .lead = false}})
            .build());
    start("a", key);
    start("b", key);
    happen(fact::Cancel{key, "ada", "", {index("b", key)}});
    exit("b", 143, key);
    exit("a", 0, key);
    EXPECT_EQ(status("a", key), ignored ? "COMPLETED" : "FAILED");
    EXPECT_EQ(status(key), ignored ? "COMPLETED" : "FAILED_CANCELED");
  }
}

std::shared_ptr<const Workflow> gang_after_another(const GroupSpec& options, const TaskPolicy& policy = {}) {
  TestTask lead = needs_gpus("lead", 1);
  lead.policy = policy;
  TestTask side = lead;
  side.name = "side";
  side.lead = false;
  return TestFlow().task("a").gang(options, {side, lead}, {"a"}).build();
}

TEST_F(CancelTest, TheOthersOfAGroupThatWaitsForItsInputsGoOn) {
  join();
  submit(gang_after_another({.barrier = false}));
  start("a");
  cancel({"side"});
  EXPECT_EQ(status("lead"), "WAITING");
  exit("a", 0);
  EXPECT_EQ(status("lead"), "INITIALIZING");
  run("lead");
  EXPECT_EQ(status("side"), "FAILED_CANCELED");
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(CancelTest, TheOthersOfAQueuedGroupGoOn) {
  submit(gang_after_another({.barrier = false}));
  join({.cpus = 4, .memory = gibibytes(16), .gpus = {}});
  run("a");
  cancel({"side"});
  EXPECT_EQ(status("lead"), "SCHEDULING");
  join();
  EXPECT_EQ(status("lead"), "INITIALIZING");
}

TEST_F(CancelTest, TheirTimeInTheQueueCountsFromWhenTheyWereQueued) {
  join({.cpus = 4, .memory = gibibytes(16), .gpus = {}});
  submit(gang_after_another({.barrier = false}, {.queue_timeout = seconds(10)}));
  start("a");
  cancel({"side"});
  exit("a", 0);
  pass(seconds(9));
  EXPECT_EQ(status("lead"), "SCHEDULING");
  pass(seconds(1));
  EXPECT_EQ(status("lead"), "FAILED_QUEUE_TIMEOUT");
  EXPECT_TRUE(message("lead").starts_with("Resource timeout: waited 10s ")) << message("lead");
}

// The server ended before the group's rules were asked.
TEST_F(CancelTest, WhatFollowsFromItIsFoundAfterARestart) {
  submit(gang_after_another({.ignore_nonlead_status = false}));
  react(state_, fact::Cancel{WorkflowKey(1), "ada", "", {index("lead")}}, now_, *this);
  const Result<WorkflowState> read = decode_snapshot(encode_snapshot(flow()), flow().spec);
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->group(GroupIndex(1)).unsettled);
}

TEST_F(CancelTest, ForceComesAfterAGentleCancel) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  cancel({"a"});
  cancel({"a"});
  EXPECT_EQ(effects<effect::Stop>().size(), 1U);
  cancel({"a"}, StopForce::kAtOnce);
  cancel({"a"}, StopForce::kAtOnce);
  ASSERT_EQ(effects<effect::Stop>().size(), 2U);
  EXPECT_EQ(effects<effect::Stop>()[1].force, StopForce::kAtOnce);
  exit("a", 137);
  EXPECT_EQ(message("a"), "Task was canceled by user: ada. wrong data");
}

TEST_F(CancelTest, ForceHurriesATaskThatStopsForAnotherReason) {
  join();
  TestTask task{.name = "a", .resources = {}, .policy = {.exec_timeout = seconds(1)}};
  submit(TestFlow().task(task).build());
  start("a");
  pass(seconds(1));
  cancel({"a"}, StopForce::kAtOnce);
  ASSERT_EQ(effects<effect::Stop>().size(), 2U);
  EXPECT_EQ(effects<effect::Stop>()[1].reason, StopReason::kExecTimeout);
  exit("a", 137);
  EXPECT_EQ(status("a"), "FAILED_EXEC_TIMEOUT");
}

TEST_F(CancelTest, AWorkflowCanBeForcedAfterwards) {
  join();
  submit(TestFlow().task("a").task("b").build());
  start("a");
  start("b");
  happen(fact::Cancel{WorkflowKey(1), "ada", "first"});
  happen(fact::Cancel{WorkflowKey(1), "bob", "second", {}, StopForce::kAtOnce});
  EXPECT_EQ(effects<effect::Stop>().size(), 4U);
  EXPECT_EQ(flow().canceled->user, "ada");
  std::vector<Effect> again;
  pending_effects(state_, kHost, again);
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(std::get<effect::Stop>(again[0]).force, StopForce::kAtOnce);
  exit("a", 137);
  EXPECT_EQ(message("a"), "Task was canceled by user: ada. first");
}

TEST_F(CancelTest, AStopThatIsUnderWayIsKeptInTheSnapshot) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  cancel({"a"}, StopForce::kAtOnce);
  const Result<WorkflowState> again = decode_snapshot(encode_snapshot(flow()), flow().spec);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->stop_notes, flow().stop_notes);
  EXPECT_EQ(again->task(index("a")).stopping, StopReason::kCanceled);
}

}  // namespace
}  // namespace sennit::core

#include "core/explain.h"

#include <gmock/gmock.h>

#include "core/core_fixture.h"
#include "core/explain_words.h"

namespace sennit::core {
namespace {

class Explain : public CoreTest {
 protected:
  Why why(const std::string& name) const { return explain_task(state_, flow(), index(name), now_); }
};

TEST_F(Explain, AWaitingTaskNamesItsUpstream) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  start("a");
  EXPECT_EQ(why("b").headline, "b waits for a (RUNNING)");
}

TEST_F(Explain, AWaitForGpusNamesTheHolders) {
  join({.cpus = 8, .memory = {}, .gpus = GpuSet::first(4)});
  submit(TestFlow().task(needs_gpus("a", 3)).task(needs_gpus("b", 2)).build());
  EXPECT_EQ(why("b").headline, "b waits for 2 GPUs: 1 of 4 free");
  EXPECT_EQ(why("b").details.front(), "GPU 0 is held by flow-1/a");
  pass(std::chrono::minutes(12));
  EXPECT_EQ(why("b").details.front(), "GPU 0 is held by flow-1/a (for 12m)");
}

TEST_F(Explain, AWaitForCpusTellsHowManyAreFree) {
  join({.cpus = 2, .memory = {}, .gpus = {}});
  submit(TestFlow().task(needs_cpus("a", 2)).task("b").build());
  EXPECT_EQ(why("b").headline, "b waits for 1 CPU: 0 of 2 free");
}

TEST_F(Explain, MaxParallelIsNamed) {
  TestFlow flow;
  flow.header().max_parallel = 1;
  join();
  submit(flow.task("a").task("b").build());
  EXPECT_EQ(why("b").headline, "b waits because max_parallel is reached: 1 of 1 running");
}

TEST_F(Explain, ARetryTellsWhen) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.max_retries = 1;
  task.policy.retry_delay = Micros(90'000'000);
  join();
  submit(TestFlow().task(task).build());
  run("a", 1);
  EXPECT_EQ(why("a").headline, "a is tried again in 1m30s");
}

TEST_F(Explain, ASignalIsNamed) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  AttemptExit exit;
  exit.how = AttemptExit::How::kSignaled;
  exit.code = 9;
  happen(fact::AttemptExited{attempt("a"), exit});
  EXPECT_EQ(why("a").headline, "a was killed by SIGKILL (exit code 137)");
}

TEST_F(Explain, AnUpstreamFailureIsTracedToItsRoot) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).task("c", {"b"}).build());
  run("a", 7);
  EXPECT_EQ(why("c").headline, "c never ran because a failed with exit code 7");
  EXPECT_EQ(why("c").details.front(), "c <- b <- a");
  EXPECT_EQ(why("c").hint, "sennit logs flow-1 a");
  EXPECT_EQ(explain_workflow(state_, flow(), now_).headline, "flow-1 failed because a failed with exit code 7");
}

TEST_F(Explain, CanceledTasksAreNotCountedAsFailed) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  start("a");
  happen(fact::Cancel{WorkflowKey(1), "ann", ""});
  exit("a", 143);
  EXPECT_EQ(explain_workflow(state_, flow(), now_).details.back(),
            "0 of 2 tasks completed, 0 running, 0 waiting, 0 failed, 2 canceled");
}

TEST_F(Explain, ATaskThatNeverBeganHasNoLogToLookAt) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  AttemptExit exit;
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = 2031;
  happen(fact::AttemptExited{attempt("a"), exit});
  EXPECT_EQ(why("b").hint, "sennit status flow-1");
  EXPECT_EQ(explain_workflow(state_, flow(), now_).hint, "sennit status flow-1");
}

TEST_F(Explain, AQueuedTaskHasItsPlace) {
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("a").task("b").task("c").build());
  const Why answer = why("c");
  EXPECT_EQ(answer.cause, Cause::kResources);
  EXPECT_THAT(answer.details, testing::Contains("2nd of 2 in the queue"));
  EXPECT_THAT(answer.details, testing::Contains("1 CPU held by flow-1/a"));
}

TEST_F(Explain, EstimatesAreTold) {
  PastDurations past;
  past.add("a", std::chrono::minutes(10));
  past.add("b", std::chrono::minutes(10));
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("a").task("b").task("c", {"a"}).build());
  start("a");
  pass(std::chrono::minutes(4));
  Explanations known(state_, flow(), now_, [&past](const WorkflowState&) { return &past; });
  EXPECT_THAT(known.task(index("b")).details, testing::Contains("expected to start in about 6 min (from 1 run)"));
  EXPECT_THAT(known.task(index("a")).details,
              testing::Contains("about 6 min to go: it usually takes about 10 min (from 1 run)"));
  EXPECT_EQ(known.task(index("c")).details.front(), "a has been running for 4m, about 6 min to go (from 1 run)");
  EXPECT_FALSE(known.workflow().expected_end.is_set()) << "nobody knows how long c takes";
  past.add("c", std::chrono::minutes(1));
  Explanations again(state_, flow(), now_, [&past](const WorkflowState&) { return &past; });
  EXPECT_THAT(again.workflow().details, testing::Contains("expected to end in about 17 min (from 1 run)"));
}

TEST_F(Explain, TheLogOfTheOneThatFailedSaysMore) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  run("a", 127);
  const Why failed = why("a");
  EXPECT_EQ(failed.cause, Cause::kFailed);
  EXPECT_EQ(failed.log->task, index("a"));
  EXPECT_EQ(why("b").cause, Cause::kUpstreamFailed);
  EXPECT_EQ(why("b").log->task, index("a"));
  EXPECT_EQ(explain_workflow(state_, flow(), now_).log->task, index("a"));
  EXPECT_THAT(failed.details, testing::Contains("exit code 127: its shell did not find a command"));
}

TEST_F(Explain, ALostTaskIsNotAFailedOne) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  happen(fact::HostLost{kHost, "its agent died"});
  EXPECT_EQ(why("a").headline, "a was lost: its agent died");
  EXPECT_EQ(why("a").cause, Cause::kLost);
}

TEST_F(Explain, ACancellationNamesWhoAskedForIt) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  happen(fact::Cancel{WorkflowKey(1), "ann", "enough"});
  EXPECT_EQ(why("a").cause, Cause::kStopping);
  exit("a", 143);
  EXPECT_EQ(why("a").headline, "a was canceled by user: ann. enough");
  EXPECT_EQ(why("a").cause, Cause::kCanceled);
}

TEST_F(Explain, ARetryCountsItsAttempts) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.max_retries = 3;
  task.policy.retry_delay = Micros(40'000'000);
  join();
  submit(TestFlow().task(task).build());
  run("a", 1);
  EXPECT_EQ(why("a").details.front(), "try 2 of 4 comes next; it holds no resources while it waits");
  EXPECT_EQ(why("a").log->number, 0U);
}

TEST_F(Explain, WhatCouldNotBeStartedSaysSo) {
  join();
  submit(TestFlow().task("a").build());
  AttemptExit exit;
  exit.how = AttemptExit::How::kNotStarted;
  exit.code = 2031;
  exit.message = "no such program";
  happen(fact::AttemptExited{attempt("a"), exit});
  EXPECT_EQ(why("a").headline, "a could not be started (code 2031): no such program");
  EXPECT_EQ(why("a").cause, Cause::kNotStarted);
}

TEST(Ordinal, IsTheWord) {
  EXPECT_EQ(ordinal(1) + ordinal(2) + ordinal(3) + ordinal(4), "1st2nd3rd4th");
  EXPECT_EQ(ordinal(11) + ordinal(12) + ordinal(13) + ordinal(21) + ordinal(112), "11th12th13th21st112th");
}

TEST_F(Explain, WithoutAHostThatIsTheReason) {
  submit(TestFlow().task("a").build());
  EXPECT_EQ(explain_workflow(state_, flow(), now_).headline,
            "flow-1 is not running: a waits for a host: none is connected");
}

TEST_F(Explain, APausedTaskSaysWhoPausedItAndWhatItKeeps) {
  join();
  submit(TestFlow().task(needs_gpus("a", 2)).build());
  start("a");
  happen(fact::Pause{WorkflowKey(1), "ada", "look at it", {index("a")}});
  pass(std::chrono::seconds(90));
  const Why why = explain_task(state_, flow(), index("a"), now_);
  EXPECT_EQ(why.headline, "a stands still: it was paused by ada 1m30s ago: look at it");
  EXPECT_EQ(why.details.front(), "it keeps GPU 0,1, its CPUs and its memory");
  EXPECT_EQ(why.hint, "sennit resume flow-1 a");
}

TEST_F(Explain, APausedWorkflowHoldsUpWhatIsQueued) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  start("a");
  happen(fact::Pause{WorkflowKey(1), "ada", ""});
  exit("a", 0);
  EXPECT_EQ(explain_task(state_, flow(), index("b"), now_).headline,
            "b is not started: flow-1 was paused by ada just now");
  const Why why = explain_workflow(state_, flow(), now_);
  EXPECT_EQ(why.headline, "flow-1 was paused by ada just now");
  EXPECT_EQ(why.hint, "sennit resume flow-1");
}

TEST_F(Explain, AGangSaysWhichOfItIsPaused) {
  submit(TestFlow().gang({}, {{.name = "a"}, {.name = "b", .lead = false}}).build());
  happen(fact::Pause{WorkflowKey(1), "ada", "", {index("b")}});
  EXPECT_EQ(explain_task(state_, flow(), index("a"), now_).headline,
            "a waits for b of its group, which was paused by ada just now");
  EXPECT_EQ(explain_task(state_, flow(), index("b"), now_).headline, "b is not started: it was paused by ada just now");
}

}  // namespace
}  // namespace sennit::core

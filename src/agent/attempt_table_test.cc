// Attempts as real processes, from order to exit.
#include "agent/attempt_table.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "agent/table_fixture.h"
#include "model/exit_codes.h"
#include "proc/cgroup.h"
#include "proc/cgroup_mounts.h"

namespace sennit::agent {
namespace {

class AttemptTableTest : public TableFixture {
 protected:
  void expect_pause_and_go_on();
  void expect_pause_of_who_left_the_group();
  void expect_stop_reaches_who_is_paused();
};

TEST_F(AttemptTableTest, ExitIsReportedAndKeptUntilForgotten) {
  const AttemptExit exit = run("exit 3");
  EXPECT_EQ(exit.how, AttemptExit::How::kExited);
  EXPECT_EQ(exit.code, 3);
  EXPECT_GT(exit.ran_us, 0);
  ASSERT_EQ(reports_.started.size(), 1U);
  EXPECT_GT(reports_.started[0].pid, 0U);
  EXPECT_TRUE(table_->is_empty());
  EXPECT_EQ(table_->kept_exits(), 1U);
  table_->forget(id());
  EXPECT_EQ(table_->kept_exits(), 0U);
}

// What stays behind writes on: it is waited for, and that is part of handing its outputs over.
TEST_F(AttemptTableTest, HandingOverIsMeasured) {
  const AttemptExit exit = run("(trap '' TERM; sleep 60) & exit 0");
  EXPECT_GE(exit.upload_ms, 200U) << "the time that the rest of the group is given";
  EXPECT_LT(exit.ran_us, 200'000 + static_cast<std::int64_t>(exit.upload_ms) * 1000);
}

TEST_F(AttemptTableTest, QuietTaskMakesNothingOnDisk) {
  run("true");
  EXPECT_FALSE(std::filesystem::exists(dir_ + "/runs"));
}

TEST_F(AttemptTableTest, BothStreamsAreInTheLogWhenTheExitIsReported) {
  run("echo out; echo err >&2");
  EXPECT_EQ(log().size(), 8U);
  EXPECT_NE(log().find("out\n"), std::string::npos);
  EXPECT_NE(log().find("err\n"), std::string::npos);
}

TEST_F(AttemptTableTest, LastWordsOfManyAreAllThere) {
  for (std::uint32_t task = 0; task < 100; ++task) start("echo word " + std::to_string(task), task);
  wait_for_exit(100);
  for (std::uint32_t task = 0; task < 100; ++task) EXPECT_EQ(log(task), "word " + std::to_string(task) + "\n");
}

TEST_F(AttemptTableTest, LargeOutputIsComplete) {
  run("head -c 10000000 /dev/zero");
  EXPECT_EQ(log().size(), 10'000'000U);
}

TEST_F(AttemptTableTest, RepeatedStartRunsOnce) {
  start("echo once >>count");
  start("echo once >>count");
  EXPECT_EQ(reports_.started.size(), 2U) << "told again";
  wait_for_exit();
  start("echo once >>count");
  EXPECT_EQ(reports_.exited.size(), 2U) << "told again";
  EXPECT_EQ(slurp("count"), "once\n");
}

TEST_F(AttemptTableTest, WhatCannotStartSaysWhy) {
  TaskBody body;
  body.command = {"no-such-program"};
  StartOrder bad = order("");
  bad.body.clear();
  encode(body, bad.body);
  table_->start(bad);
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kNotStarted);
  EXPECT_EQ(exit.code, exit_codes::kCommandNotStarted);
  EXPECT_EQ(exit.message, "no program named 'no-such-program' in PATH");
  EXPECT_TRUE(reports_.started.empty());
}

TEST_F(AttemptTableTest, MessageOfAnExitIsBounded) {
  TaskBody body;
  body.command = {"x"};
  for (int i = 0; i < 1'000'000; ++i) body.command[0] += "\u00e9";
  StartOrder bad = order("");
  bad.body.clear();
  encode(body, bad.body);
  table_->start(bad);
  const std::string message = wait_for_exit().message;
  EXPECT_LT(message.size(), 4200U);
  EXPECT_TRUE(message.ends_with("\u00e9...")) << "whole characters";
}

TEST_F(AttemptTableTest, StartOfAForgottenWorkflowIsLeftToTheServer) {
  table_->forget_workflows();
  start("true");
  EXPECT_TRUE(reports_.exited.empty());
  EXPECT_TRUE(table_->is_empty());
}

TEST_F(AttemptTableTest, StopTerminates) {
  start("echo $$ >up; exec sleep 1000");
  process_named_in("up");
  table_->stop(id(), std::chrono::seconds(15));
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kSignaled);
  EXPECT_EQ(exit.code, SIGTERM);
}

TEST_F(AttemptTableTest, StopKillsWhoDoesNotListenAfterTheGrace) {
  start("trap '' TERM; echo $$ >up; while :; do sleep 1000; done");
  process_named_in("up");
  table_->stop(id(), std::chrono::milliseconds(20));
  EXPECT_EQ(wait_for_exit().code, SIGKILL);
}

TEST_F(AttemptTableTest, StopFindsWhoLeftTheGroup) {
  start("setsid sh -c 'echo $$ >up; exec sleep 1000' & sleep 1000");
  const UniqueFd runaway = process_named_in("up");
  table_->stop(id(), std::chrono::seconds(15));
  wait_for_exit();
  EXPECT_TRUE(ends(runaway));
}

TEST_F(AttemptTableTest, StopOfAnUnknownAttemptIsAnsweredAsLost) {
  table_->stop(id(7), Micros::zero());
  ASSERT_EQ(reports_.exited.size(), 1U);
  EXPECT_EQ(reports_.exited[0].exit.how, AttemptExit::How::kLost);
  EXPECT_EQ(table_->kept_exits(), 0U);
}

TEST_F(AttemptTableTest, BackgroundProcessDoesNotHoldTheExitUp) {
  const AttemptExit exit = run("sh -c 'echo $$ >up; exec sleep 1000' & while [ ! -s up ]; do :; done; exit 4");
  EXPECT_EQ(exit.code, 4);
  EXPECT_LT(exit.ran_us, 10'000'000);
  EXPECT_TRUE(ends(process_named_in("up"))) << "it ended with its group";
}

TEST_F(AttemptTableTest, WriterThatIsAlmostDoneIsWaitedFor) {
  run("(sleep 0.03; echo late) & exit 0");
  EXPECT_EQ(log(), "late\n");
}

TEST_F(AttemptTableTest, DaemonThatHoldsThePipesDoesNotHoldTheExitUp) {
  const AttemptExit exit = run("setsid sh -c 'echo $$ >up; exec sleep 1000' & while [ ! -s up ]; do :; done; echo bye");
  EXPECT_EQ(exit.code, 0);
  EXPECT_EQ(log(), "bye\n");
}

TEST_F(AttemptTableTest, WhoLeftTheGroupIsKilledAfterTheEnd) {
  run("setsid sh -c 'sh -c \"echo \\$\\$ >up; exec sleep 1000\" & exec sleep 1000' & while [ ! -s up ]; do :; done");
  EXPECT_TRUE(ends(process_named_in("up"))) << "also who was below it";
}

TEST_F(AttemptTableTest, WhoLeftTheGroupOfAnotherAttemptIsSpared) {
  ASSERT_EQ(::mkfifo((dir_ + "/go").c_str(), 0600), 0);
  start("setsid sh -c 'echo $$ >up; exec sleep 1000' & read line <go", 1);
  const UniqueFd spared = process_named_in("up");
  start("setsid sh -c 'echo $$ >up2; exec sleep 1000' & while [ ! -s up2 ]; do :; done", 2);
  EXPECT_TRUE(ends(process_named_in("up2")));
  EXPECT_EQ(::syscall(SYS_pidfd_send_signal, spared.get(), 0, nullptr, 0), 0);
}

// The same table with a cgroup for each attempt.
class AttemptInCgroupTest : public AttemptTableTest {
 protected:
  static constexpr const char* kStray = "env -i setsid sh -c 'echo $$ >up; exec sleep 1000' & ";

  void SetUp() override {
    cgroup_ = cgroup_name(instance_);
    const Result<proc::CgroupTree> tree = proc::CgroupTree::open(cgroup_);
    if (!tree) GTEST_SKIP() << "no cgroups here: " << tree.error().message();
    table_.reset();
    table_ = open();
  }
};

TEST_F(AttemptInCgroupTest, StopFindsWhoLeftTheGroupAndClearedItsEnvironment) {
  start(std::string(kStray) + "sleep 1000");
  const UniqueFd stray = process_named_in("up");
  table_->stop(id(), Micros::zero());
  wait_for_exit();
  EXPECT_TRUE(ends(stray));
}

TEST_F(AttemptInCgroupTest, StopAsksThemFirst) {
  start(
      "trap : TERM; "
      "env -i setsid sh -c 'trap \"echo asked >answer; exit\" TERM; echo $$ >up; while :; do sleep 0.01; done' & "
      "wait; while [ ! -s answer ]; do sleep 0.01; done; exit 3");
  process_named_in("up");
  table_->stop(id(), kLimit);
  EXPECT_EQ(wait_for_exit().code, 3);
  EXPECT_EQ(slurp("answer"), "asked\n");
}

TEST_F(AttemptInCgroupTest, EndTakesThemAlong) {
  EXPECT_EQ(run(std::string(kStray) + "while [ ! -s up ]; do :; done").code, 0);
  EXPECT_TRUE(ends(process_named_in("up")));
}

TEST_F(AttemptInCgroupTest, TableThatIsDestroyedTakesThemAlong) {
  start(std::string(kStray) + "sleep 1000");
  const UniqueFd stray = process_named_in("up");
  table_.reset();
  EXPECT_TRUE(ends(stray));
}

// With limits, where the machine lets us set them.
class AttemptWithLimitsTest : public AttemptInCgroupTest {
 protected:
  void SetUp() override {
    AttemptInCgroupTest::SetUp();
    if (IsSkipped()) return;
    const LimitProblems& problems = table_->lacks().limits;
    if (!problems.memory.empty()) GTEST_SKIP() << "memory is not limited here: " << problems.memory;
  }
  AttemptExit run_limited(const std::string& script, Bytes memory) {
    StartOrder limited = order(script);
    limited.limits.memory = memory;
    table_->start(limited);
    return wait_for_exit(reports_.exited.size() + 1);
  }
  static constexpr const char* kFill = "dd if=/dev/zero of=/dev/null bs=200M count=1";
};

TEST_F(AttemptWithLimitsTest, OneThatTakesTooMuchMemoryIsReportedAsSuch) {
  const AttemptExit exit = run_limited(std::string("exec ") + kFill, mebibytes(64));
  EXPECT_EQ(exit.how, AttemptExit::How::kSignaled);
  EXPECT_EQ(exit.out_of_memory, OutOfMemory::kLimit);
  EXPECT_EQ(exit.memory_limit, mebibytes(64));
  EXPECT_GT(exit.usage.max_memory, mebibytes(60));
  EXPECT_LE(exit.usage.max_memory, mebibytes(64));
}

TEST_F(AttemptWithLimitsTest, SoIsOneWhoseChildDid) {
  const AttemptExit exit = run_limited(std::string(kFill) + "; exit 5", mebibytes(64));
  EXPECT_EQ(exit.out_of_memory, OutOfMemory::kLimit);
}

TEST_F(AttemptWithLimitsTest, OneThatStaysBelowSaysWhatItUsed) {
  const AttemptExit exit = run_limited(kFill, mebibytes(400));
  EXPECT_EQ(exit.code, 0);
  EXPECT_EQ(exit.out_of_memory, OutOfMemory::kNo);
  EXPECT_GT(exit.usage.max_memory, mebibytes(200));
  EXPECT_GT(exit.usage.cpu.count(), 0);
}

TEST_F(AttemptWithLimitsTest, NoCgroupIsLeftBehind) {
  run_limited("env -i setsid sleep 1000 & exit 0", mebibytes(64));
  table_.reset();
  end_cgroups(instance_);
  for (const char* controller : {"memory", "cpu", ""}) {
    const auto place = proc::cgroup_place(controller);
    if (!place) continue;
    for (const std::string& directory : place->directories()) {
      EXPECT_FALSE(std::filesystem::exists(directory + "/" + cgroup_));
      EXPECT_FALSE(std::filesystem::exists(directory + "/" + cgroup_ + "-limited"));
    }
  }
}

TEST_F(AttemptTableTest, WithoutCgroupsALimitIsNoneAndTheTaskRuns) {
  StartOrder limited = order("exit 3");
  limited.limits = {.memory = mebibytes(64), .cpus = 1};
  table_->start(limited);
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.code, 3);
  EXPECT_EQ(exit.memory_limit, Bytes());
}

TEST_F(AttemptTableTest, AKillThatNobodyCountedIsNoLackOfMemory) {
  const AttemptExit exit = run("kill -9 $$");
  EXPECT_EQ(exit.how, AttemptExit::How::kSignaled);
  EXPECT_EQ(exit.out_of_memory, OutOfMemory::kNo);
}

// A cgroup that was killed must not be given to the next attempt.
TEST_F(AttemptInCgroupTest, WhoComesAfterOneThatWasStoppedLives) {
  for (std::uint32_t task = 0; task < 10; task += 2) {
    start("exec sleep 1000", task);
    table_->stop(id(task), Micros::zero());
    wait_for_exit(task + 1);
    start("exit 3", task + 1);
    EXPECT_EQ(wait_for_exit(task + 2).code, 3);
  }
}

TEST_F(AttemptInCgroupTest, OneThatIsRemovedUnderUsDoesNotStopAnybody) {
  kill_leftovers(instance_);  // the tree, with its first cgroup, which is open in the table
  EXPECT_EQ(run("setsid sh -c 'echo $$ >up; exec sleep 1000' & while [ ! -s up ]; do :; done").code, 0);
  EXPECT_TRUE(ends(process_named_in("up"))) << "found by its environment";
}

void AttemptTableTest::expect_pause_and_go_on() {
  start("touch up; while [ ! -e go ]; do sleep 0.01; done; exit 5");
  wait_for_file("up");
  table_->pause(id());
  table_->pause(id());
  touch("go");
  let_time_pass();
  EXPECT_EQ(reports_.exited.size(), 1U) << "only the other one has ended";
  table_->resume(id());
  EXPECT_EQ(wait_for_exit(2).code, 5);
  table_->resume(id());
}

void AttemptTableTest::expect_pause_of_who_left_the_group() {
  start("setsid sh -c 'touch up; while [ ! -e go ]; do sleep 0.01; done; touch seen' & wait; exit 6");
  wait_for_file("up");
  table_->pause(id());
  touch("go");
  let_time_pass();
  EXPECT_FALSE(exists("seen"));
  table_->resume(id());
  EXPECT_EQ(wait_for_exit(2).code, 6);
  EXPECT_TRUE(exists("seen"));
}

void AttemptTableTest::expect_stop_reaches_who_is_paused() {
  start("trap 'exit 7' TERM; touch up; while :; do sleep 0.01; done");
  wait_for_file("up");
  table_->pause(id());
  table_->stop(id(), kLimit);
  EXPECT_EQ(wait_for_exit().code, 7) << "it could clean up";
  start("trap '' TERM; touch up2; while :; do sleep 0.01; done", 1);
  wait_for_file("up2");
  table_->pause(id(1));
  table_->stop(id(1), Micros::zero());
  EXPECT_EQ(wait_for_exit(2).how, AttemptExit::How::kSignaled);
}

TEST_F(AttemptTableTest, PausedItStandsStillUntilItGoesOn) { expect_pause_and_go_on(); }
TEST_F(AttemptTableTest, PauseFindsWhoLeftTheGroup) { expect_pause_of_who_left_the_group(); }
TEST_F(AttemptTableTest, StopReachesWhoIsPaused) { expect_stop_reaches_who_is_paused(); }
TEST_F(AttemptInCgroupTest, PausedItStandsStillUntilItGoesOn) { expect_pause_and_go_on(); }
TEST_F(AttemptInCgroupTest, PauseFindsWhoLeftTheGroup) { expect_pause_of_who_left_the_group(); }
TEST_F(AttemptInCgroupTest, StopReachesWhoIsPaused) { expect_stop_reaches_who_is_paused(); }

TEST_F(AttemptInCgroupTest, TheEndOfTheTableTakesThePausedAlong) {
  start("echo $$ >up; sleep 1000");
  const UniqueFd process = process_named_in("up");
  table_->pause(id());
  table_.reset();
  EXPECT_TRUE(ends(process));
}

TEST_F(AttemptTableTest, PauseOfAnUnknownAttemptIsIgnored) {
  table_->pause(id());
  table_->resume(id());
  EXPECT_EQ(run("exit 3").code, 3);
}

TEST_F(AttemptTableTest, OnlyWhatHasNotBegunIsTakenBack) {
  StartOrder parked = order("exit 5", 1);
  parked.barrier = true;
  table_->start(parked);
  table_->take_back(id(1));
  EXPECT_EQ(wait_for_exit().how, AttemptExit::How::kNotStarted);
  start("touch up; while [ ! -e go ]; do sleep 0.01; done; exit 6");
  wait_for_file("up");
  table_->take_back(id());
  EXPECT_EQ(reports_.started.size(), 2U) << "reported again";
  touch("go");
  EXPECT_EQ(wait_for_exit(2).code, 6);
}

TEST_F(AttemptTableTest, BarrierParksUntilReleased) {
  StartOrder parked = order("exit 5");
  parked.barrier = true;
  table_->start(parked);
  ASSERT_EQ(reports_.barriers.size(), 1U);
  EXPECT_TRUE(reports_.started.empty());
  EXPECT_EQ(table_->known().at_barrier.size(), 1U);
  table_->release(id());
  table_->release(id());
  EXPECT_EQ(wait_for_exit().code, 5);
}

TEST_F(AttemptTableTest, StopAtTheBarrierEndsIt) {
  StartOrder parked = order("exit 5");
  parked.barrier = true;
  table_->start(parked);
  table_->stop(id(), std::chrono::seconds(15));
  EXPECT_EQ(wait_for_exit().how, AttemptExit::How::kNotStarted);
  EXPECT_TRUE(table_->is_empty());
}

// The next command of the attempt.
StartOrder next_of(StartOrder order, std::uint32_t incarnation) {
  order.incarnation = incarnation;
  return order;
}

TEST_F(AttemptTableTest, RestartKillsTheCommandAndStartsItAgain) {
  ASSERT_EQ(::mkfifo((dir_ + "/go").c_str(), 0600), 0);
  const StartOrder first = order("echo begun >>count; read line <go; exit 4");
  table_->start(first);
  run_until([&] { return slurp("count") == "begun\n"; });
  table_->restart(next_of(first, 1));
  table_->restart(next_of(first, 1));
  run_until([&] { return reports_.started.size() == 2; });
  EXPECT_EQ(reports_.started[1].incarnation, 1U);
  EXPECT_TRUE(reports_.exited.empty()) << "the command that was killed is no exit";
  std::ofstream(dir_ + "/go") << "\n";
  EXPECT_EQ(wait_for_exit().code, 4);
  EXPECT_EQ(reports_.exited[0].incarnation, 1U);
  EXPECT_EQ(slurp("count"), "begun\nbegun\n");
}

TEST_F(AttemptTableTest, RestartTakesBackTheExitOfTheCommandBefore) {
  const StartOrder first = order("echo run; exit 3");
  table_->start(first);
  wait_for_exit();
  table_->restart(next_of(first, 1));
  EXPECT_EQ(table_->kept_exits(), 0U);
  wait_for_exit(2);
  EXPECT_EQ(reports_.exited[1].incarnation, 1U);
  EXPECT_EQ(log(), "run\n[sennit] the command is started again (1)\nrun\n");
}

TEST_F(AttemptTableTest, RestartedItComesToTheBarrierAgain) {
  StartOrder parked = order("exec sleep 60");
  parked.barrier = true;
  table_->start(parked);
  table_->release(id());
  run_until([&] { return reports_.started.size() == 1; });
  table_->restart(next_of(parked, 1));
  run_until([&] { return reports_.barriers.size() == 2; });
  EXPECT_EQ(reports_.barriers[1].incarnation, 1U);
  EXPECT_EQ(table_->known().at_barrier.size(), 1U);
  table_->release(id());
  run_until([&] { return reports_.started.size() == 2; });
  table_->stop(id(), Micros::zero(), 1);
  EXPECT_EQ(wait_for_exit().code, SIGKILL);
}

TEST_F(AttemptTableTest, RestartOfAnUnknownAttemptStartsIt) {
  table_->restart(next_of(order("exit 5"), 2));
  EXPECT_EQ(wait_for_exit().code, 5);
  EXPECT_EQ(reports_.started[0].incarnation, 2U);
}

// The order to restart was lost on the way, or is not carried out yet.
TEST_F(AttemptTableTest, AStopIsOfTheIncarnationThatItNames) {
  start("exec sleep 60");
  table_->stop(id(), Micros::zero(), 1);
  wait_for_exit();
  EXPECT_EQ(reports_.exited[0].incarnation, 1U);
  start("exit 0", 1);
  wait_for_exit(2);
  table_->stop(id(1), Micros::zero(), 3);
  EXPECT_EQ(reports_.exited[2].incarnation, 3U);
}

TEST_F(AttemptTableTest, AStopRightAfterARestartEndsIt) {
  const StartOrder first = order("echo begun >>count; exec sleep 60");
  table_->start(first);
  run_until([&] { return !reports_.started.empty(); });
  table_->restart(next_of(first, 1));
  table_->stop(id(), Micros::zero(), 1);
  wait_for_exit();
  EXPECT_EQ(reports_.exited[0].incarnation, 1U);
  EXPECT_EQ(reports_.started.size(), 1U);
  EXPECT_TRUE(table_->is_empty());
}

TEST_F(AttemptTableTest, WhoLeftTheGroupDoesNotMeetTheNextCommand) {
  const StartOrder first = order(
      "[ -e once ] && exit 0; touch once; setsid sh -c 'echo $$ >left; exec sleep 60' & "
      "while [ ! -s left ]; do :; done; exit 3");
  table_->start(first);
  wait_for_exit();
  UniqueFd left = process_named_in("left");
  table_->restart(next_of(first, 1));
  EXPECT_EQ(wait_for_exit(2).code, 0);
  EXPECT_TRUE(ends(left));
}

TEST_F(AttemptTableTest, SentAheadItStartsWhenTheOneBeforeHasEnded) {
  ASSERT_EQ(::mkfifo((dir_ + "/go").c_str(), 0600), 0);
  start("read line <go");
  StartOrder behind = order("exit 6", 1);
  behind.behind = id(0);
  table_->start(behind);
  table_->start(behind);
  run_until([&] { return !reports_.started.empty(); });
  EXPECT_EQ(reports_.started.size(), 1U);
  EXPECT_EQ(table_->known().running.size(), 1U);
  std::ofstream(dir_ + "/go") << "\n";
  EXPECT_EQ(wait_for_exit(2).code, 6);
  EXPECT_EQ(reports_.exited[0].attempt, id(0));
}

TEST_F(AttemptTableTest, SentAheadOfNobodyItStartsAtOnce) {
  StartOrder behind = order("exit 6", 1);
  behind.behind = id(0);
  table_->start(behind);
  EXPECT_EQ(wait_for_exit().code, 6);
}

TEST_F(AttemptTableTest, SentAheadItMayBeLetGoOrStopped) {
  start("exec sleep 60");
  StartOrder first = order("exit 6", 1);
  first.behind = id(0);
  table_->start(first);
  table_->start(order("exit 6", 1));  // it has a place of its own now
  EXPECT_EQ(wait_for_exit().code, 6);
  StartOrder second = order("exit 7", 2);
  second.behind = id(0);
  table_->start(second);
  table_->stop(id(2), Micros(0));
  EXPECT_EQ(wait_for_exit(2).how, AttemptExit::How::kNotStarted);
  EXPECT_EQ(reports_.exited.back().attempt, id(2));
}

// A task that gets the value in VALUE.
StartOrder with_credential(StartOrder order, const std::string& value) {
  TaskBody body = decode_task_body(order.body).value();
  body.credentials = {{"hub", "", {{"VALUE", "token"}}}};
  order.body.clear();
  encode(body, order.body);
  order.credentials = {{"hub", {CredentialType::kGeneric, {{"token", value}}}}};
  return order;
}

TEST_F(AttemptTableTest, CredentialsArriveAndAreNotInTheLog) {
  const std::string script = R"(test "$VALUE" = "two
lines of 'it'" && echo "<$VALUE>"; printf 'lines of'; printf " 'it'" >&2; printf " 'it'")";
  table_->start(with_credential(order(script), "two\nlines of 'it'"));
  EXPECT_EQ(wait_for_exit().code, 0);
  // Each stream for itself: the other one shows a part, as one that only prints it would.
  EXPECT_EQ(log().find("<[MASKED]>\n"), 0U);
  EXPECT_EQ(log().find("lines of 'it'"), std::string::npos);
  EXPECT_NE(log().find("[MASKED]", 11), std::string::npos) << log();
}

TEST_F(AttemptTableTest, WhatIsHeldBackIsInTheLogWhenTheExitIsReported) {
  table_->start(with_credential(order("printf 'x hunter2h'"), "hunter2hunter2"));
  wait_for_exit();
  EXPECT_EQ(log(), "x hunter2h");
}

TEST_F(AttemptTableTest, WhatIsSaidOfAnExitHasNoSecrets) {
  StartOrder start = order("");
  TaskBody body = decode_task_body(start.body).value();
  body.command = {"/none/hunter2hunter2/program"};
  start.body.clear();
  encode(body, start.body);
  table_->start(with_credential(std::move(start), "hunter2hunter2"));
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kNotStarted);
  EXPECT_NE(exit.message.find("/none/[MASKED]/program"), std::string::npos) << exit.message;
  for (const auto& file : std::filesystem::directory_iterator(dir_ + "/spool")) {
    EXPECT_EQ(slurp("spool/" + file.path().filename().string()).find("hunter2"), std::string::npos);
  }
}

TEST_F(AttemptTableTest, ACredentialThatIsGoneIsWhyItCannotStart) {
  StartOrder start = order("true");
  start.credential_problem = "there is no credential 'hub'";
  table_->start(start);
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kNotStarted);
  EXPECT_EQ(exit.code, exit_codes::kCommandNotStarted);
  EXPECT_EQ(exit.message, "there is no credential 'hub'");
}

TEST_F(AttemptTableTest, FollowerIsToldThatTheLogGrew) {
  for (const char* fifo : {"go", "go2"}) ASSERT_EQ(::mkfifo((dir_ + "/" + fifo).c_str(), 0600), 0);
  start("read line <go; echo hello; read line <go2");
  table_->set_reader(id(), LogReader::kFollows);
  std::ofstream(dir_ + "/go") << "\n";
  run_until([&] { return reports_.grown == 6; });
  std::ofstream(dir_ + "/go2") << "\n";
  wait_for_exit();
}

TEST_F(AttemptTableTest, OutputThatIsHeldWaitsInItsPipesUntilItIsLetGo) {
  for (const bool stops : {false, true}) {
    const std::string mark = dir_ + (stops ? "/stops" : "/goes_on");
    const std::string print = "yes | head -c 3000000; touch " + mark;
    // Not one long sleep: a signal may come right when the shell makes its process, which forgets it then.
    StartOrder chatty =
        order("trap '" + print + ".told; exit 0' TERM; sleep 0.2; " + print + "; while :; do sleep 0.1; done");
    if (stops) chatty.attempt.number = 1;
    table_->start(chatty);
    table_->set_reader(chatty.attempt, LogReader::kHolds);
    const Micros later = loop_.clock().boot() + std::chrono::milliseconds(700);
    run_until([&] { return loop_.clock().boot() > later; });
    EXPECT_FALSE(std::filesystem::exists(mark));
    if (!stops) {
      table_->set_reader(chatty.attempt, LogReader::kFollows);
      run_until([&] { return std::filesystem::exists(mark); });
    }
    table_->stop(chatty.attempt, std::chrono::seconds(15));
    run_until([&] { return reports_.exited.size() == (stops ? 2U : 1U); });
    EXPECT_TRUE(std::filesystem::exists(mark + ".told")) << "it is not to be killed for what nobody read";
  }
}

TEST_F(AttemptTableTest, NextTableKnowsTheExitsOfTheLast) {
  run("exit 6");
  table_.reset();
  table_ = open();
  const AttemptTable::Known known = table_->known();
  ASSERT_EQ(known.exited.size(), 1U);
  EXPECT_EQ(known.exited[0].attempt, id());
  EXPECT_EQ(known.exited[0].exit.code, 6);
  EXPECT_TRUE(known.running.empty());
}

TEST_F(AttemptTableTest, AbandonedAttemptsAreLost) {
  start("exec sleep 1000");
  table_->abandon(std::chrono::seconds(15));
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kLost);
  EXPECT_EQ(exit.code, exit_codes::kLost);
}

TEST_F(AttemptTableTest, AbandonedAtTheBarrierIsLostToo) {
  StartOrder parked = order("exit 5");
  parked.barrier = true;
  table_->start(parked);
  table_->abandon(std::chrono::seconds(15));
  EXPECT_EQ(wait_for_exit().how, AttemptExit::How::kLost);
}

TEST_F(AttemptTableTest, AbandonedAfterItsEndKeepsItsExitCode) {
  start("echo $$ >up; (trap '' TERM; while :; do sleep 0.05; done) & exit 4");
  const UniqueFd process = process_named_in("up");
  EXPECT_TRUE(ends(process));  // others of its group linger
  table_->abandon(std::chrono::seconds(15));
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kExited);
  EXPECT_EQ(exit.code, 4);
}

TEST_F(AttemptTableTest, DeviceThatCannotBeLockedFailsTheStart) {
  table_ = open(dir_ + "/nowhere");
  StartOrder wants = order("true");
  wants.gpus = GpuSet::from_bits(0b1);
  table_->start(wants);
  const AttemptExit exit = wait_for_exit();
  EXPECT_EQ(exit.how, AttemptExit::How::kNotStarted);
  EXPECT_EQ(exit.code, exit_codes::kStartError);
  EXPECT_EQ(exit.message, "lock GPU 0: No such file or directory");
}

TEST_F(AttemptTableTest, DeviceOfAnotherServerIsWaitedFor) {
  std::filesystem::create_directory(dir_ + "/locks");
  table_ = open(dir_ + "/locks");
  const auto other = open(dir_ + "/locks");
  ASSERT_EQ(::mkfifo((dir_ + "/go").c_str(), 0600), 0);
  StartOrder first = order("read line <go", 1);
  first.gpus = GpuSet::from_bits(0b1);
  StartOrder second = order("echo $CUDA_VISIBLE_DEVICES >device", 2);
  second.gpus = GpuSet::from_bits(0b1);
  table_->start(first);
  other->start(second);
  ASSERT_EQ(reports_.started.size(), 1U) << "the second one waits";
  std::ofstream(dir_ + "/go") << "\n";
  wait_for_exit(2);
  EXPECT_EQ(slurp("device"), "0\n");
}

TEST_F(AttemptTableTest, FullDiskCostsOutputAndNothingElse) {
  const std::string runs = dir_ + "/runs";
  std::filesystem::create_directory(runs);
  if (::mount("tmpfs", runs.c_str(), "tmpfs", 0, "size=64k") != 0) GTEST_SKIP() << "needs root: mounts a small tmpfs";
  const AttemptExit exit = run("head -c 1000000 /dev/zero; echo done >done; exit 8");
  EXPECT_EQ(exit.code, 8) << "the task went on";
  EXPECT_EQ(slurp("done"), "done\n");
  EXPECT_NE(exit.message.find("bytes of its output could not be written: No space left on device"), std::string::npos)
      << exit.message;
  EXPECT_GT(log().size(), 10'000U);
  ::umount(runs.c_str());
}

}  // namespace
}  // namespace sennit::agent

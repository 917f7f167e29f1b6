// What attempts used, and those that were killed for memory.
#include "core/core_fixture.h"
#include "core/exit_rules.h"
#include "core/explain.h"
#include "core/snapshot.h"
#include "model/exit_codes.h"

namespace sennit::core {
namespace {

class Memory : public CoreTest {
 protected:
  static AttemptExit killed(OutOfMemory why = OutOfMemory::kLimit) {
    AttemptExit exit;
    exit.how = AttemptExit::How::kSignaled;
    exit.code = 9;
    exit.usage = {.max_memory = Bytes(gibibytes(2).count() - 4096), .cpu = Micros(1'500'000)};
    exit.out_of_memory = why;
    exit.memory_limit = gibibytes(2);
    return exit;
  }
  static AttemptExit exited(std::int32_t code) {
    AttemptExit exit = killed();
    exit.how = AttemptExit::How::kExited;
    exit.code = code;
    return exit;
  }
  void end(const std::string& name, AttemptExit exit) {
    start(name);
    exit.at = now_;
    happen(fact::AttemptExited{attempt(name), exit});
  }
};

TEST_F(Memory, AKillForItIsToldWithTheNumbers) {
  join();
  submit(TestFlow().task("a").build());
  end("a", killed());
  EXPECT_EQ(status("a"), "FAILED_EVICTED");
  EXPECT_EQ(row("a").exit_code, exit_codes::kEvicted);
  EXPECT_EQ(message("a"), "killed for memory: peak 2.0 GiB, limit 2 GiB");
  EXPECT_EQ(status(), "FAILED_EVICTED");
}

TEST_F(Memory, WhySaysIt) {
  join();
  submit(TestFlow().task("a").build());
  end("a", killed());
  EXPECT_EQ(explain_task(state_, flow(), index("a"), now_).headline,
            "a was killed for memory: peak 2.0 GiB, limit 2 GiB (exit code 3004)");
}

TEST_F(Memory, WhereItRanOutIsSaid) {
  AttemptExit exit = killed(OutOfMemory::kHost);
  EXPECT_EQ(classify(exit).message, "killed for memory: the host ran out of it; peak 2.0 GiB, limit 2 GiB");
  exit.memory_limit = {};
  EXPECT_EQ(classify(exit).message, "killed for memory: the host ran out of it; peak 2.0 GiB, no limit of its own");
}

TEST_F(Memory, ACommandThatFailsBecauseOfAKilledChildCountsAsKilled) {
  const Verdicted shell = classify(exited(137));
  EXPECT_EQ(shell.status, Status::kFailedEvicted);
  EXPECT_EQ(shell.exit_code, exit_codes::kEvicted);
  EXPECT_EQ(shell.message, "killed for memory: peak 2.0 GiB, limit 2 GiB");
  EXPECT_EQ(classify(exited(3)).message,
            "killed for memory: peak 2.0 GiB, limit 2 GiB; the command then exited with code 3");
}

TEST_F(Memory, ACommandThatDoesWithoutAKilledChildSucceeds) {
  const Verdicted fine = classify(exited(0));
  EXPECT_EQ(fine.status, Status::kCompleted);
  EXPECT_EQ(fine.exit_code, 0);
  EXPECT_EQ(fine.message, "one of its processes was killed for memory: peak 2.0 GiB, limit 2 GiB");
}

TEST_F(Memory, OneThatIsLostAllTheSameIsLost) {
  AttemptExit exit = killed();
  exit.how = AttemptExit::How::kLost;
  EXPECT_EQ(classify(exit).status, Status::kFailedBackendError);
}

TEST_F(Memory, ExitActionsSeeTheCode) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.exit_actions = {{ExitActionKind::kReschedule, 3004, 3004}};
  join();
  submit(TestFlow().task(task).build());
  end("a", killed());
  ASSERT_EQ(flow().past.size(), 1U);
  EXPECT_EQ(flow().past[0].exit_code, exit_codes::kEvicted);
  EXPECT_EQ(flow().past[0].usage, killed().usage);
  EXPECT_EQ(flow().usage_of(index("a")), Usage());
  run("a");
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(Memory, ACancelledTaskIsCancelled) {
  join();
  submit(TestFlow().task("a").build());
  start("a");
  happen(fact::Cancel{WorkflowKey(1), "ada", ""});
  AttemptExit exit = killed();
  exit.at = now_;
  happen(fact::AttemptExited{attempt("a"), exit});
  EXPECT_EQ(status("a"), "FAILED_CANCELED");
  EXPECT_EQ(flow().usage_of(index("a")), killed().usage);
}

TEST_F(Memory, WhatAttemptsUsedIsKeptInASnapshot) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.max_retries = 1;
  join();
  submit(TestFlow().task(task).task("b").task("c").build());
  end("a", exited(3));
  end("b", killed());
  EXPECT_EQ(flow().usage_of(index("b")), killed().usage);
  EXPECT_EQ(flow().usage_of(index("c")), Usage());
  const Result<WorkflowState> again = decode_snapshot(encode_snapshot(flow()), flow().spec);
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(again->usage, flow().usage);
  EXPECT_EQ(again->past, flow().past);
}

TEST_F(Memory, NothingIsKeptForTasksOfWhichNothingIsKnown) {
  join();
  submit(TestFlow().task("a").build());
  run("a");
  EXPECT_TRUE(flow().usage.empty());
}

}  // namespace
}  // namespace sennit::core

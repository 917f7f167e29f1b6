#include "core/reopen.h"

#include "core/core_fixture.h"

namespace sennit::core {
namespace {

class Reopen : public CoreTest {
 protected:
  void reopen(const std::string& user = "ann", const std::string& message = {}) {
    happen(fact::Reopen{WorkflowKey(1), user, message});
  }
  std::size_t count_reopened() const {
    std::size_t count = 0;
    for (const Event& event : events_) count += std::holds_alternative<event::Reopened>(event.what) ? 1 : 0;
    return count;
  }
};

TEST_F(Reopen, WhatCompletedStaysAndTheRestWaitsAgain) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).task("c", {"b"}).build());
  run("a");
  run("b", 3);
  ASSERT_EQ(status(), "FAILED");
  reopen();
  EXPECT_EQ(status(), "PENDING");
  EXPECT_EQ(status("a"), "COMPLETED");
  EXPECT_EQ(row("a").number, 0U);
  EXPECT_EQ(status("b"), "INITIALIZING");
  EXPECT_EQ(row("b").number, 1U);
  EXPECT_EQ(status("c"), "WAITING");
  run("b");
  run("c");
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(Reopen, RowsThatWereAreKeptWithTheirEnds) {
  join();
  submit(TestFlow().task("a").task("b", {"a"}).build());
  run("a", 3);
  reopen();
  ASSERT_EQ(flow().past.size(), 2U);
  EXPECT_EQ(flow().past[0].status, Status::kFailed);
  EXPECT_EQ(flow().past[0].exit_code, 3);
  EXPECT_EQ(flow().past[1].status, Status::kFailedUpstream);
  EXPECT_TRUE(flow().past[1].ended_at.is_set());
}

TEST_F(Reopen, AWholeGroupRunsAgainWithThoseThatHadCompleted) {
  join();
  submit(TestFlow()
             .gang({.ignore_nonlead_status = false}, {{.name = "a", .resources = {}, .policy = {}},
                                                      {.name = "b", .resources = {}, .policy = {}, .lead = false}})
             .build());
  start("a");
  start("b");
  exit("b", 0);
  exit("a", 1);
  ASSERT_EQ(status(), "FAILED");
  reopen();
  EXPECT_EQ(row("b").number, 1U);
  EXPECT_EQ(status("b"), "INITIALIZING");
  EXPECT_EQ(flow().past[1].status, Status::kCompleted);
}

TEST_F(Reopen, ClocksAndTheCancellationBeginAnew) {
  TestFlow flow_file;
  flow_file.header().timeout = std::chrono::seconds(10);
  join();
  submit(flow_file.task("a").task("b", {"a"}).build());
  start("a");
  pass(std::chrono::seconds(5));
  happen(fact::Cancel{WorkflowKey(1), "bob", "wrong data"});
  exit("a", 143);
  ASSERT_EQ(status(), "FAILED_CANCELED");
  reopen();
  EXPECT_FALSE(flow().canceled);
  EXPECT_FALSE(flow().started_at.is_set() || flow().ended_at.is_set());
  EXPECT_EQ(flow().message, "");
  start("a");
  pass(std::chrono::seconds(9));  // 14 s after the first start
  EXPECT_EQ(status(), "RUNNING");
  pass(std::chrono::seconds(1));
  exit("a", 143);
  EXPECT_EQ(status(), "FAILED_EXEC_TIMEOUT");
}

TEST_F(Reopen, TheQueueTimeoutCountsFromTheReopening) {
  join({.cpus = 1});
  TestTask waits = needs_cpus("b", 1);
  waits.policy.queue_timeout = std::chrono::seconds(10);
  submit(TestFlow().task(needs_cpus("a", 1)).task(waits).build());
  start("a");
  pass(std::chrono::seconds(10));
  EXPECT_EQ(status("b"), "FAILED_QUEUE_TIMEOUT");
  exit("a", 1);
  reopen();
  start("a");
  pass(std::chrono::seconds(9));
  EXPECT_EQ(status("b"), "SCHEDULING");
  pass(std::chrono::seconds(1));
  EXPECT_EQ(status("b"), "FAILED_QUEUE_TIMEOUT");
}

TEST_F(Reopen, EarlierAttemptsUseUpNoRetry) {
  join();
  submit(TestFlow().task(TestTask{.name = "a", .resources = {}, .policy = {.max_retries = 1}}).build());
  run("a", 1);
  run("a", 1);
  ASSERT_EQ(status(), "FAILED");
  reopen();
  run("a", 1);
  EXPECT_EQ(status("a"), "INITIALIZING") << "one retry, as when it was submitted";
  run("a", 1);
  EXPECT_EQ(status("a"), "FAILED");
  EXPECT_EQ(row("a").number, 3U);
}

TEST_F(Reopen, LateWordOfAnEarlierAttemptChangesNothing) {
  join();
  submit(TestFlow().task("a").build());
  const AttemptId first = attempt("a");
  run("a", 1);
  reopen();
  forget_effects();
  happen(fact::AttemptExited{first, {}});
  EXPECT_EQ(status("a"), "INITIALIZING");
  EXPECT_EQ(effects<effect::Forget>().size(), 1U);
}

TEST_F(Reopen, OneThatCompletedOrGoesOnIsLeftAlone) {
  join();
  submit(TestFlow().task("a").build());
  reopen();
  EXPECT_EQ(count_reopened(), 0U) << "it is not finished";
  run("a");
  reopen();
  EXPECT_EQ(count_reopened(), 0U) << "it completed";
  EXPECT_EQ(status(), "COMPLETED");
}

TEST_F(Reopen, AgainAndAgain) {
  join();
  submit(TestFlow().task("a").build());
  for (std::uint32_t time = 1; time <= 3; ++time) {
    run("a", 1);
    ASSERT_EQ(status(), "FAILED");
    reopen();
    EXPECT_EQ(flow().reopenings, time);
  }
  run("a");
  EXPECT_EQ(status(), "COMPLETED");
  EXPECT_EQ(row("a").number, 3U);
}

TEST_F(Reopen, SnapshotsHoldIt) {
  join();
  submit(TestFlow().task("a").build());
  run("a", 1);
  reopen();
  const std::string bytes = encode_snapshot(flow());
  const WorkflowState back = decode_snapshot(bytes, flow().spec).value();
  EXPECT_EQ(back.reopenings, 1U);
  EXPECT_EQ(back.reopened_at, now_);
  EXPECT_EQ(back.past, flow().past);
  EXPECT_EQ(encode_snapshot(back), bytes);
}

TEST_F(Reopen, AJournalThatReopensWhatIsNotFinishedIsCorrupt) {
  join();
  submit(TestFlow().task("a").build());
  const Event event{WorkflowKey(1), now_, event::Reopened{}};
  EXPECT_EQ(check_event(flow(), event).error().code(), ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace sennit::core

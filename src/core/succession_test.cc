#include "core/succession.h"

#include "core/core_fixture.h"
#include "core/explain.h"

namespace sennit::core {
namespace {

constexpr Micros kSlow = 2 * kQuick;

// t0, t1, ... side by side on a host with two processors.
class Succession : public CoreTest {
 protected:
  static std::shared_ptr<const Workflow> many(int count, std::uint32_t max_parallel = 0) {
    TestFlow flow;
    flow.header().max_parallel = max_parallel;
    for (int i = 0; i < count; ++i) flow.task("t" + std::to_string(i));
    return flow.build();
  }

  // Runs t0 to t7, which take no time: t8 has the first place, t9 the second.
  void run_quick_ones(int count, std::uint32_t max_parallel = 0) {
    join({.cpus = max_parallel == 0 ? 2U : 8U, .memory = gibibytes(1), .gpus = {}});
    submit(many(count, max_parallel));
    for (int i = 0; i < kQuickInARow; ++i) run("t" + std::to_string(i));
  }

  std::string ahead(const std::string& name) const {
    const std::optional<TaskIndex> task = ahead_of(flow(), index(name));
    return task ? std::string(flow().spec->name_of(*task)) : "nobody";
  }
  effect::Start last_start() const { return effects<effect::Start>().back(); }
};

TEST_F(Succession, TheNextOneIsSentAheadOnceTasksAreQuick) {
  run_quick_ones(20);
  EXPECT_EQ(status("t10"), "INITIALIZING");
  EXPECT_EQ(ahead("t10"), "t9");
  EXPECT_EQ(last_start().behind, attempt("t9"));
  EXPECT_EQ(flow().active, 2U);
  EXPECT_EQ(status("t11"), "SCHEDULING") << "one waits behind each";
  EXPECT_EQ(explain_task(state_, flow(), index("t10"), now_).headline, "t10 starts as soon as t9 has ended");
}

TEST_F(Succession, ItTakesThePlaceThatBecomesFree) {
  run_quick_ones(20);
  run("t9");
  EXPECT_EQ(ahead("t10"), "nobody");
  EXPECT_EQ(ahead("t11"), "t10");
  EXPECT_EQ(flow().active, 2U);
  start("t10");
  EXPECT_EQ(status("t10"), "RUNNING");
}

TEST_F(Succession, ItsStartIsTimedFromItsOwnPlaceOn) {
  state_.start_timeout = std::chrono::seconds(60);
  run_quick_ones(20);
  start("t8");
  start("t9");
  pass(std::chrono::seconds(60));
  EXPECT_EQ(row("t10").stopping, StopReason::kNone);
  exit("t9", 0);
  EXPECT_EQ(ahead("t10"), "nobody");
  pass(std::chrono::seconds(59));
  EXPECT_EQ(row("t10").stopping, StopReason::kNone);
  pass(std::chrono::seconds(1));
  EXPECT_EQ(row("t10").stopping, StopReason::kStartTimeout);
}

TEST_F(Succession, BehindASlowOneItGetsTheNextFreePlace) {
  run_quick_ones(11);
  ASSERT_EQ(ahead("t10"), "t9");
  start("t9");
  run("t8");
  EXPECT_EQ(ahead("t10"), "nobody");
  EXPECT_EQ(last_start().attempt, attempt("t10"));
  EXPECT_FALSE(last_start().behind.has_value());
  EXPECT_EQ(flow().active, 2U);
}

TEST_F(Succession, ItMayEndWhereItWaits) {
  run_quick_ones(20);
  happen(fact::Cancel{WorkflowKey(1), "ada", ""});
  AttemptExit never;
  never.how = AttemptExit::How::kNotStarted;
  happen(fact::AttemptExited{attempt("t10"), never});
  EXPECT_EQ(status("t10"), "FAILED_CANCELED");
  exit("t9", 143);
  exit("t8", 143);
  EXPECT_EQ(status(), "FAILED_CANCELED");
  EXPECT_TRUE(state_.lines.empty());
}

TEST_F(Succession, ASlowEndStopsIt) {
  run_quick_ones(20);
  start("t9");
  now_ = now_ + kSlow;
  exit("t9", 0);
  EXPECT_EQ(ahead("t10"), "nobody") << "it was sent before and has its place now";
  EXPECT_EQ(status("t11"), "SCHEDULING");
}

TEST_F(Succession, NobodyIsPassed) {
  run_quick_ones(20);
  TestFlow wide;
  submit(wide.task(needs_cpus("wide", 2)).build(), Priority::kHigh);
  run("t9");
  EXPECT_EQ(status("t11"), "SCHEDULING") << "the workflow with the higher priority waits for both places";
  run("t8");
  run("t10");
  EXPECT_EQ(status("wide", WorkflowKey(2)), "INITIALIZING");
}

TEST_F(Succession, MaxParallelCountsThoseThatHoldAPlace) {
  run_quick_ones(20, 2);
  EXPECT_EQ(flow().active, 2U);
  EXPECT_EQ(ahead("t10"), "t9");
  run("t9");
  EXPECT_EQ(flow().active, 2U);
  EXPECT_EQ(ahead("t11"), "t10");
}

TEST_F(Succession, ASnapshotKeepsWhoWaitsBehindWhom) {
  run_quick_ones(20);
  const Result<WorkflowState> again = decode_snapshot(encode_snapshot(flow()), flow().spec);
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(again->behind, flow().behind);
  EXPECT_EQ(again->next_up, flow().next_up);
  EXPECT_EQ(again->active, 2U);
}

TEST_F(Succession, ItsOrderIsRepeatedToAHostThatJoins) {
  run_quick_ones(20);
  std::vector<Effect> pending;
  pending_effects(state_, kHost, pending);
  ASSERT_EQ(pending.size(), 3U);
  EXPECT_EQ(std::get<effect::Start>(pending[2]).behind, attempt("t9"));
}

TEST_F(Succession, WithItsHostGoneItIsLostLikeTheOthers) {
  run_quick_ones(20);
  happen(fact::HostLost{kHost, "gone"});
  EXPECT_TRUE(flow().behind.empty());
  EXPECT_EQ(flow().active, 0U);
}

}  // namespace
}  // namespace sennit::core

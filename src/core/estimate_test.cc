#include "core/estimate.h"

#include "core/core_fixture.h"

namespace sennit::core {
namespace {

using namespace std::chrono_literals;

TEST(PastDurations, TheMedianOfAName) {
  PastDurations past;
  for (const auto minutes : {1min, 9min, 2min}) past.add("fit", minutes);
  EXPECT_EQ(past.of("fit")->duration, Micros(2min));
  EXPECT_EQ(past.of("fit")->runs, 3U);
  EXPECT_FALSE(past.of("eval"));
}

TEST(PastDurations, AnUnknownOneOfASweepIsLikeTheOthers) {
  PastDurations past;
  past.add("train-1", 1min);
  past.add("train-2", 3min);
  past.add("train-3", 5min);
  EXPECT_EQ(past.of("train-2")->duration, Micros(3min));
  EXPECT_EQ(past.of("train-9")->duration, Micros(3min));
  EXPECT_EQ(past.of("train-9")->runs, 3U);
}

TEST(PastDurations, TheStemOfAName) {
  EXPECT_EQ(stem_of("train-12"), "train");
  EXPECT_EQ(stem_of("train12"), "train");
  EXPECT_EQ(stem_of("lr_0.01"), "lr_0");
  EXPECT_EQ(stem_of("train"), "train");
  EXPECT_EQ(stem_of("12"), "12");
  EXPECT_EQ(stem_of("-1"), "-1");
}

TEST(PastDurations, EarlierRunsAreAskedForWhatIsNotKnown) {
  PastDurations earlier;
  earlier.add("fit", 1min);
  earlier.add("eval-1", 1min);
  PastDurations own(&earlier);
  own.add("eval-2", 5min);
  EXPECT_EQ(own.of("fit")->duration, Micros(1min));
  EXPECT_EQ(own.of("eval-1")->duration, Micros(1min)) << "the same task says more than one like it";
  EXPECT_EQ(own.of("eval-3")->duration, Micros(5min));
}

class EstimateTest : public CoreTest {
 protected:
  Estimate estimate(WorkflowKey key = WorkflowKey(1)) const {
    return Estimate::of(state_, QueueOrder(state_), flow(key), known_, now_);
  }
  std::optional<Micros> until_start(const std::string& name, WorkflowKey key = WorkflowKey(1)) const {
    const auto start = estimate(key).start_of(index(name, key));
    return start ? std::optional(start->at - now_) : std::nullopt;
  }
  std::optional<Micros> until_end() const {
    const auto end = estimate().end();
    return end ? std::optional(end->at - now_) : std::nullopt;
  }

  PastDurations past_;
  KnownDurations known_ = [this](const WorkflowState&) { return &past_; };
};

TEST_F(EstimateTest, AWaitingTaskStartsWhenTheOneThatHoldsItsDeviceEnds) {
  past_.add("a", 10min);
  past_.add("b", 1min);
  join({.cpus = 4, .memory = {}, .gpus = GpuSet::first(1)});
  submit(TestFlow().task(needs_gpus("a", 1)).task(needs_gpus("b", 1)).build());
  start("a");
  pass(4min);
  EXPECT_EQ(until_start("b"), Micros(6min));
  EXPECT_EQ(until_end(), Micros(7min));
}

TEST_F(EstimateTest, ThoseBeforeItInTheQueueGoFirst) {
  past_.add("job-1", 10min);
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("job-1").task("job-2").task("job-3").build());
  start("job-1");
  EXPECT_EQ(until_start("job-3"), Micros(20min));
  EXPECT_EQ(until_end(), Micros(30min));
}

TEST_F(EstimateTest, ANewerWorkflowOfHigherPriorityIsServedBefore) {
  past_.add("job-1", 10min);
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("job-1").task("job-2").build());
  start("job-1");
  submit(TestFlow().task("job-3").build(), Priority::kHigh);
  EXPECT_EQ(until_start("job-2"), Micros(20min));
  EXPECT_EQ(until_start("job-3", WorkflowKey(2)), Micros(10min));
}

TEST_F(EstimateTest, TheLongestPathDecidesTheEnd) {
  past_.add("a", 1min);
  past_.add("b", 5min);
  past_.add("c", 2min);
  past_.add("d", 1min);
  join();
  submit(TestFlow().task("a").task("b", {"a"}).task("c", {"a"}).task("d", {"b", "c"}).build());
  start("a");
  EXPECT_EQ(until_end(), Micros(7min));
}

TEST_F(EstimateTest, MaxParallelHoldsBack) {
  TestFlow flow;
  flow.header().max_parallel = 1;
  past_.add("job-1", 10min);
  join();
  submit(flow.task("job-1").task("job-2").build());
  start("job-1");
  EXPECT_EQ(until_start("job-2"), Micros(10min));
}

TEST_F(EstimateTest, ARetryIsWaitedFor) {
  TestTask task{.name = "a", .resources = {}, .policy = {}};
  task.policy.max_retries = 1;
  task.policy.retry_delay = Micros(5min);
  past_.add("a", 10min);
  join();
  submit(TestFlow().task(task).task("a2").build());
  start("a2");
  run("a", 1);
  EXPECT_EQ(until_end(), Micros(15min));
}

TEST_F(EstimateTest, AGroupStartsWhenAllOfItFits) {
  past_.add("a", 10min);
  past_.add("b", 20min);
  past_.add("x", 1min);
  join({.cpus = 2, .memory = {}, .gpus = {}});
  submit(TestFlow().task("a").task("b").gang({}, {needs_cpus("x", 1), needs_cpus("x2", 1)}).build());
  start("a");
  start("b");
  EXPECT_EQ(until_start("x"), Micros(20min));
}

TEST_F(EstimateTest, AGroupThatComesBackStartsWithoutThoseThatHaveEnded) {
  past_.add("lead", 5min);
  past_.add("x", 10min);
  join();
  TestTask side = needs_gpus("side", 1);
  side.lead = false;
  submit(TestFlow().gang({}, {side, needs_gpus("lead", 2)}).build(), Priority::kLow);
  run("side");
  start("lead");
  const WorkflowKey normal = submit(TestFlow().task(needs_gpus("x", 4)).build());
  exit("lead", 143);
  start("x", normal);
  ASSERT_EQ(status("lead"), "SCHEDULING");
  EXPECT_EQ(QueueOrder(state_).of(flow(), index("lead"))->place, 1U);
  EXPECT_EQ(until_end(), Micros(15min));
}

TEST_F(EstimateTest, WithoutHistoryNothingIsForetold) {
  past_.add("b", 1min);
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("a").task("b").build());
  start("a");
  EXPECT_FALSE(until_start("b"));
  EXPECT_FALSE(until_end());
}

TEST_F(EstimateTest, OneThatTakesLongerThanUsualMayEndAnyMoment) {
  past_.add("job-1", 10min);
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("job-1").task("job-2").build());
  start("job-1");
  pass(1h);
  EXPECT_EQ(until_start("job-2"), Micros(0));
}

TEST_F(EstimateTest, TheEndOfALongWorkflowIsReckonedFromItsPace) {
  TestFlow flow;
  constexpr std::size_t kTasks = Estimate::kMostPlaced + 5'000;
  for (std::size_t i = 0; i < kTasks; ++i) flow.task("job-" + std::to_string(i));
  past_.add("job-0", 1s);
  join({.cpus = 1, .memory = {}, .gpus = {}});
  Submission submission;
  submission.id = "flow-1";
  react(state_, fact::Submit{WorkflowKey(1), flow.build(), submission}, now_, *this);
  const auto end = estimate().end();
  ASSERT_TRUE(end);
  EXPECT_NEAR(static_cast<double>((end->at - now_).count()), kTasks * 1e6, 2e6);
}

TEST_F(EstimateTest, GpuTimeOfTheWhole) {
  past_.add("a", 1h);
  join();
  submit(TestFlow().task(needs_gpus("a", 2)).task(needs_gpus("a2", 1), {"a"}).task("cpu").build());
  start("a");
  pass(15min);
  const auto expected = expected_gpu_time(flow(), past_, now_);
  ASSERT_TRUE(expected);
  EXPECT_DOUBLE_EQ(cost_of(expected->gpu_time).gpu_hours, 3);
}

TEST(About, IsAsExactAsItIsMeant) {
  EXPECT_EQ(about(Micros(0)), "about 1 s");
  EXPECT_EQ(about(Micros(59s)), "about 59 s");
  EXPECT_EQ(about(Micros(12min + 10s)), "about 12 min");
  EXPECT_EQ(about(Micros(200min)), "about 3 h 20 min");
  EXPECT_EQ(about(Micros(120min)), "about 2 h");
  EXPECT_EQ(about(Micros(100h)), "about 4 days");
}

TEST_F(EstimateTest, TheQueueHasAnOrder) {
  join({.cpus = 1, .memory = {}, .gpus = {}});
  submit(TestFlow().task("a").task("b").task("c").build());
  submit(TestFlow().task("d").build(), Priority::kHigh);
  const QueueOrder queue(state_);
  EXPECT_EQ(queue.of(flow(), index("c"))->place, 3U);
  EXPECT_EQ(queue.of(flow(), index("c"))->of, 3U);
  EXPECT_EQ(queue.of(flow(WorkflowKey(2)), index("d", WorkflowKey(2)))->place, 1U);
  EXPECT_FALSE(queue.of(flow(), index("a"))) << "it has what it needs";
}

}  // namespace
}  // namespace sennit::core

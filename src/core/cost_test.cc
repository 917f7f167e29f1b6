#include "core/cost.h"

#include "core/core_fixture.h"

namespace sennit::core {
namespace {

using namespace std::chrono_literals;

class CostTest : public CoreTest {
 protected:
  // Like submit(), at `price` an hour, and at other prices on some platforms.
  void submit_at(std::uint64_t price, std::shared_ptr<const Workflow> workflow,
                 std::map<std::string, std::uint64_t, std::less<>> platforms = {}) {
    const WorkflowKey key(++keys_);
    Submission submission;
    submission.id = "flow-" + std::to_string(keys_);
    submission.submitted_at = now_;
    submission.prices = {price * kMillionths, std::move(platforms)};
    happen(fact::Submit{key, std::move(workflow), submission});
  }
  Cost cost() const { return cost_of(gpu_time_until(flow(), now_)); }
};

TEST_F(CostTest, GpusCountFromTheirLeaseToTheEnd) {
  join();
  submit_at(2, TestFlow().task(needs_gpus("a", 2)).build());
  pass(30min);
  start("a");
  pass(30min);
  exit("a", 0);
  EXPECT_DOUBLE_EQ(cost().gpu_hours, 2);
  EXPECT_DOUBLE_EQ(*cost().amount, 4);
}

TEST_F(CostTest, ARunningAttemptCountsUpToNow) {
  join();
  submit_at(4, TestFlow().task(needs_gpus("a", 1)).build());
  start("a");
  pass(15min);
  EXPECT_DOUBLE_EQ(*cost().amount, 1);
  EXPECT_TRUE(flow().gpu_time.empty());
}

TEST_F(CostTest, APartOfADeviceCostsThatPart) {
  TestTask task = needs_gpus("a", 1);
  task.resources.gpu_share = 250;
  join();
  submit_at(4, TestFlow().task(task).build());
  start("a");
  pass(1h);
  EXPECT_DOUBLE_EQ(cost().gpu_hours, 0.25);
  EXPECT_DOUBLE_EQ(*cost().amount, 1);
}

// 20 of 80 GiB, and 20 of 40: the devices differ.
TEST_F(CostTest, MemoryOfADeviceCostsThatPartOfIt) {
  HostCapacity host{.cpus = 4, .memory = gibibytes(16), .gpus = GpuSet::first(2)};
  host.devices = {{.name = "large", .memory = gibibytes(80)}, {.name = "small", .memory = gibibytes(40)}};
  join(host);
  TestTask task = needs_gpus("a", 2);
  task.resources.gpu_memory = gibibytes(20);
  task.policy.max_retries = 1;
  submit_at(4, TestFlow().task(task).build());
  run("a", 1);
  start("a");
  pass(1h);
  EXPECT_DOUBLE_EQ(cost().gpu_hours, 0.75);
  EXPECT_DOUBLE_EQ(*cost().amount, 3);
  exit("a", 0);
  pass(1h);
  EXPECT_DOUBLE_EQ(cost().gpu_hours, 0.75);
  EXPECT_EQ(count_gpu_time_again(flow()), flow().gpu_time);
  const auto again = decode_snapshot(encode_snapshot(flow()), flow().spec);
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(again->gpu_time, flow().gpu_time);
}

// How large they were is not asked of a host again: what was paid for is in the journal.
TEST_F(CostTest, ReplayedWithoutAHostItCostsTheSame) {
  HostCapacity host{.cpus = 4, .memory = gibibytes(16), .gpus = GpuSet::first(1)};
  host.devices = {{.name = "large", .memory = gibibytes(80)}};
  join(host);
  TestTask task = needs_gpus("a", 1);
  task.resources.gpu_memory = gibibytes(20);
  submit_at(4, TestFlow().task(task).build());
  start("a");
  pass(1h);
  exit("a", 0);
  State replayed;
  apply_submitted(replayed, events_.front(), flow().spec);
  for (const Event& event : std::span(events_).subspan(1)) ASSERT_TRUE(replay(replayed, event));
  EXPECT_EQ(replayed.find(WorkflowKey(1))->gpu_time, flow().gpu_time);
  EXPECT_DOUBLE_EQ(cost().gpu_hours, 0.25);
}

TEST_F(CostTest, FailedAttemptsCountAsWell) {
  TestTask task = needs_gpus("a", 1);
  task.policy.max_retries = 2;
  task.policy.retry_delay = Micros(1h);
  join();
  submit_at(1, TestFlow().task(task).build());
  for (int attempt = 0; attempt < 3; ++attempt) {
    start("a");
    pass(1h);
    exit("a", 1);
    pass(1h);  // waiting for the retry holds nothing
  }
  EXPECT_EQ(status("a"), "FAILED");
  EXPECT_DOUBLE_EQ(*cost().amount, 3);
}

TEST_F(CostTest, EveryPlatformHasItsPrice) {
  TestTask big = needs_gpus("big", 1);
  big.resources.platform = "h100";
  join();
  submit_at(1, TestFlow().task(big).task(needs_gpus("small", 1)).build(), {{"h100", 5 * kMillionths}});
  start("big");
  start("small");
  pass(1h);
  EXPECT_DOUBLE_EQ(*cost().amount, 6);
}

TEST_F(CostTest, WithoutAPriceThereAreHoursOnly) {
  join();
  submit(TestFlow().task(needs_gpus("a", 1)).task("b").build());
  start("a");
  pass(1h);
  EXPECT_DOUBLE_EQ(cost().gpu_hours, 1);
  EXPECT_FALSE(cost().amount);
}

TEST_F(CostTest, ASnapshotHasTheSame) {
  TestTask task = needs_gpus("a", 1);
  task.policy.max_retries = 1;
  join();
  submit_at(3, TestFlow().task(task).task(needs_gpus("b", 2)).build());
  start("a");
  start("b");
  pass(1h);
  exit("a", 1);
  exit("b", 0);
  const Result<WorkflowState> again = decode_snapshot(encode_snapshot(flow()), flow().spec);
  EXPECT_EQ(again->gpu_time, flow().gpu_time);
  EXPECT_EQ(again->submission, flow().submission);
  EXPECT_EQ(again->past, flow().past);
}

TEST(GpuPrices, AreReadAsTheyWereWritten) {
  const GpuPrices prices{2'500'000, {{"", 1}, {"h100", 3'990'000}}};
  std::string bytes;
  FieldWriter writer(bytes);
  encode(prices, writer);
  EXPECT_EQ(decode_gpu_prices(bytes).value(), prices);
  EXPECT_EQ(prices.of("h100"), 3'990'000U);
  EXPECT_EQ(prices.of("other"), 2'500'000U);
  EXPECT_EQ(price_of(-1), 0U);
  EXPECT_EQ(price_of(1e300), price_of(kMostPerGpuHour));
}

}  // namespace
}  // namespace sennit::core

// `why` against every random state: who waits and does not fit is told what he lacks, with numbers that show it.
// A failure prints its seed; SENNIT_SIM_SEED=<n> replays that one alone.
#include <cstdlib>
#include <random>
#include <regex>
#include <set>

#include "core/bookkeeping.h"
#include "core/core_fixture.h"
#include "core/pools.h"
#include "core/shortage_text.h"
#include "core/space.h"

namespace sennit::core {
namespace {

class ShortageModel : public CoreTest {
 protected:
  static constexpr std::uint64_t kSeeds = 100;
  static constexpr int kFlows = 8;

  void begin(std::uint64_t seed) {
    state_ = {};
    state_.instance = InstanceId(0xabc);
    dice_.seed(seed);
    keys_ = 0;
    events_.clear();
    forget_effects();
    small_hosts_ = percent(50);
    configure({pool("a"), pool("b")});
    const std::uint32_t hosts = small_hosts_ ? 3 : between(1, 3);
    for (std::uint32_t id = 1; id <= hosts; ++id) join_host(id);
  }

  // Some begin, some end, and everybody who still waits is asked why.
  void fill() {
    for (int i = 0; i < kFlows; ++i) {
      submit(random_flow(), In{.priority = percent(30) ? Priority::kLow : Priority::kNormal,
                               .pool = percent(70)   ? "a"
                                       : percent(50) ? "b"
                                                     : "local"});
      for (auto& [key, workflow] : state_.workflows) end_some(key);
      ask_all();
    }
  }

  std::set<Lacking> seen_;
  std::set<Lacking> seen_over_hosts_;

 private:
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(dice_() % (high - low + 1));
  }
  bool percent(std::uint32_t chance) { return dice_() % 100 < chance; }

  PoolSettings pool(const std::string& name) {
    PoolSettings settings;
    settings.name = name;
    if (percent(20)) settings.quota.guarantee = static_cast<std::int32_t>(between(1, 4));
    if (percent(50)) settings.cpus = between(2, 12);
    if (percent(50)) settings.memory = gibibytes(between(2, 32));
    if (percent(30)) settings.gpus = GpuSet::from_bits(between(1, 15));
    return settings;
  }

  void join_host(std::uint32_t id) {
    HostCapacity capacity{.cpus = between(1, 8),
                          .memory = gibibytes(between(4, 32)),
                          .gpus = GpuSet::first(small_hosts_ ? between(1, 2) : between(0, 4))};
    if (percent(50)) capacity.storage = gibibytes(between(10, 50));
    happen(fact::HostJoined{.host = HostId(id), .name = fmt::format("host{}", id), .capacity = capacity});
  }

  std::shared_ptr<const Workflow> random_flow() {
    TestFlow flow;
    if (percent(20)) flow.header().max_parallel = between(1, 3);
    GroupSpec options;
    options.barrier = false;
    const std::uint32_t groups = percent(30) ? 2 : 1;
    for (std::uint32_t g = 0; g < groups; ++g) flow.gang(options, random_tasks(g));
    return flow.build();
  }

  std::vector<TestTask> random_tasks(std::uint32_t group) {
    std::vector<TestTask> tasks;
    const std::uint32_t size = percent(60) ? between(2, 4) : 1;
    for (std::uint32_t i = 0; i < size; ++i) {
      TestTask task{.name = fmt::format("t{}-{}", group, i), .resources = {}, .policy = {}, .lead = i == 0};
      if (percent(60)) task.resources.cpus = between(1, 6);
      if (percent(50)) task.resources.memory = gibibytes(between(1, 16));
      if (percent(30)) task.resources.storage = gibibytes(between(5, 40));
      if (percent(small_hosts_ ? 90 : 50)) task.resources.gpu_count = small_hosts_ ? 1 : between(1, 2);
      if (percent(small_hosts_ ? 0 : 20)) task.resources.gpu_share = 250 * between(1, 3);
      tasks.push_back(task);
    }
    return tasks;
  }

  void end_some(WorkflowKey key) {
    for (std::uint32_t t = 0; t < flow(key).tasks.size(); ++t) {
      const std::string name(flow(key).spec->name_of(TaskIndex(t)));
      if (is_active(row(name, key).status) && percent(10)) run(name, 0, key);
    }
  }

  void ask_all() {
    const Space space(state_);
    for (const auto& [key, workflow] : state_.workflows) {
      for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
        if (workflow.tasks[t].status == Status::kScheduling) ask(space, workflow, TaskIndex(t));
      }
    }
  }

  void ask(const Space& space, const WorkflowState& workflow, TaskIndex task) {
    const Shape& shape = workflow.lanes[lane_of(workflow, task)].shape();
    std::vector<Seat> seats;
    const bool fits =
        space.find({workflow.pool, entitlement_of(workflow.submission.priority), shape}, seats) == Space::Fit::kYes;
    const Shortfall told = shortfall_of(state_, workflow, task);
    seen_.insert(told.lacking);
    if (shape.size() > 1 && state_.hosts.size() > 1) seen_over_hosts_.insert(told.lacking);
    if (fits) return;
    EXPECT_NE(told.lacking, Lacking::kNothing) << told.clause;
    EXPECT_NE(told.lacking, Lacking::kMeasurement) << told.clause;
    EXPECT_TRUE(std::regex_search(told.clause, std::regex("[0-9]"))) << told.clause;
    check_numbers(told);
  }

  // "waits for 4 CPUs: 2 of 8 free", or more than are wanted with the words for it.
  static void check_numbers(const Shortfall& told) {
    std::smatch found;
    static const std::regex kCounted(
        R"(waits for ([0-9.]+) (?:CPU|GPU|GiB)[^:]*: ([0-9.]+)(?: GiB)? of ([0-9.]+)(?: GiB)? free(, but)?.*)");
    if (!std::regex_match(told.clause, found, kCounted)) return;
    const double wanted = std::stod(found[1]);
    const double free = std::stod(found[2]);
    const double total = std::stod(found[3]);
    EXPECT_LE(free, total) << told.clause;
    EXPECT_EQ(free >= std::min(wanted, total), found[4].matched) << told.clause;
  }

  std::mt19937_64 dice_;
  bool small_hosts_ = false;  // so that groups need several
};

TEST_F(ShortageModel, WhoDoesNotFitIsToldWhatIsTooFew) {
  const char* only = std::getenv("SENNIT_SIM_SEED");
  const std::uint64_t first = only == nullptr ? 1 : std::strtoull(only, nullptr, 10);
  for (std::uint64_t seed = first; seed < first + (only == nullptr ? kSeeds : 1); ++seed) {
    begin(seed);
    fill();
    ASSERT_FALSE(HasFailure()) << "replay with SENNIT_SIM_SEED=" << seed;
  }
  if (only != nullptr) return;
  for (const Lacking lacking : {Lacking::kGpus, Lacking::kCpus, Lacking::kMemory}) {
    EXPECT_TRUE(seen_over_hosts_.contains(lacking)) << static_cast<int>(lacking);
  }
  for (const Lacking lacking : {Lacking::kParallel, Lacking::kQuota, Lacking::kLargerHost}) {
    EXPECT_TRUE(seen_.contains(lacking)) << static_cast<int>(lacking);
  }
}

}  // namespace
}  // namespace sennit::core

// The scheduler against a slow and obvious one (core/obvious_scheduler.h): random states, and in each the same
// placements in the same order, on the same hosts and devices.
//
// Where somebody is told to give way, what follows in the same placement is not known: then what comes before that is
// compared, and what must hold in any case. In the next one they are gone, and it is known who was promised their
// places. A failure prints its seed; SENNIT_SIM_SEED=<n> replays that one alone.
#include <cstdlib>
#include <map>
#include <set>

#include "core/bookkeeping.h"
#include "core/core_fixture.h"
#include "core/obvious_scheduler.h"
#include "model/exit_codes.h"

namespace sennit::core {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint32_t below(std::uint32_t bound) {  // splitmix64
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return static_cast<std::uint32_t>((z ^ z >> 31) % bound);
  }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  bool percent(std::uint32_t chance) { return below(100) < chance; }

 private:
  std::uint64_t state_;
};

class PlaceModel : public CoreTest {
 protected:
  static constexpr std::uint64_t kSeeds = 300;
  static constexpr int kSteps = 5;
  static constexpr unsigned kGpus = 5;  // of the largest host

  void begin(std::uint64_t seed) {
    state_ = {};
    state_.instance = InstanceId(0xabc);
    state_.placing = Placing::kPaused;
    dice_ = Dice(seed);
    keys_ = 0;
    events_.clear();
    with_low_ = dice_.percent(50);
    SchedulerSettings scheduler;
    scheduler.aging = hours(dice_.below(3)) / 3;
    configure({pool("a"), pool("b")}, scheduler);
    join_host(1);
    if (dice_.percent(60)) join_host(2);
  }

  // Something happens, then everything that waits is looked at.
  void step() {
    for (const auto& [key, workflow] : state_.workflows) disturb(workflow);
    if (dice_.percent(15)) tell(fact::HostLost{HostId(dice_.between(1, 2)), "gone"});
    for (const auto& [key, workflow] : state_.workflows) end_stopping(workflow);
    if (dice_.percent(30)) join_host(1);
    if (dice_.percent(20)) join_host(2);
    for (std::uint32_t i = dice_.between(1, 4); i > 0; --i) submit_one();
    now_ = now_ + seconds(1);
    tell(fact::Tick{});
    state_.placing = Placing::kOn;
    obvious::Scheduler obvious(state_);
    obvious.run();
    const std::set<Holder> retries = retries_inside_of_groups();
    std::map<WorkflowKey, std::size_t> active_before;
    for (const auto& [key, workflow] : state_.workflows) active_before[key] = workflow.active;
    events_.clear();
    forget_effects();
    settle_down();
    state_.placing = Placing::kPaused;
    compare(obvious);
    expect_file_order(retries);
    for (const Event& event : events_) {
      const auto* one = std::get_if<event::GroupPreempted>(&event.what);
      if (one != nullptr) expect_startable(one->claimant, active_before);
    }
  }

 private:
  PoolSettings pool(const std::string& name) {
    PoolSettings settings;
    settings.name = name;
    if (dice_.percent(60)) settings.quota.guarantee = static_cast<std::int32_t>(dice_.below(4));
    const auto more = static_cast<std::int32_t>(dice_.below(4));
    if (dice_.percent(30)) settings.quota.maximum = std::max(settings.quota.guarantee, 0) + more;
    settings.quota.weight = 1U << dice_.below(3);
    if (dice_.percent(30)) settings.gpus = GpuSet::from_bits(dice_.between(1, 31));
    if (dice_.percent(30)) settings.cpus = dice_.between(1, 8);
    if (dice_.percent(30)) settings.memory = gibibytes(dice_.between(1, 16));
    return settings;
  }

  void join_host(std::uint32_t id) {
    if (state_.hosts.contains(HostId(id)) && state_.hosts.at(HostId(id)).joined) return;
    const HostCapacity capacity{.cpus = dice_.between(1, 8),
                                .memory = gibibytes(dice_.between(4, 32)),
                                .gpus = GpuSet::first(dice_.between(0, kGpus))};
    tell(fact::HostJoined{.host = HostId(id), .name = "host", .capacity = capacity});
  }

  TestTask random_task(const std::string& name, const Workflow& header) {
    TestTask task{.name = name, .resources = {}, .policy = {}};
    task.policy.exit_actions = {{ExitActionKind::kReschedule, 7, 7},
                                {ExitActionKind::kReschedule, exit_codes::kLost, exit_codes::kLost}};
    if (dice_.percent(60)) task.resources.cpus = dice_.between(1, 4);
    if (dice_.percent(40)) task.resources.memory = gibibytes(dice_.between(1, 12));
    if (dice_.percent(30)) return task;
    if (dice_.percent(25)) {
      task.resources.gpu_devices.add(dice_.below(kGpus));
      if (dice_.percent(20)) task.resources.gpu_devices.add(dice_.below(kGpus));
      if (!header.gpus.empty()) task.resources.gpu_devices = header.gpus.lowest(1);
    } else {
      task.resources.gpu_count = dice_.percent(60) ? 1 : dice_.between(1, 4);
    }
    if (dice_.percent(50)) task.resources.gpu_share = 250 * dice_.between(1, 3);
    return task;
  }

  void submit_one() {
    TestFlow flow;
    if (dice_.percent(30)) flow.header().max_parallel = dice_.between(1, 3);
    if (dice_.percent(15)) flow.header().gpus = GpuSet::from_bits(dice_.between(1, 31));
    const std::uint32_t groups = dice_.between(1, 4);
    for (std::uint32_t g = 0; g < groups; ++g) {
      std::vector<TestTask> tasks;
      const std::uint32_t size = dice_.percent(35) ? dice_.between(2, 3) : 1;
      for (std::uint32_t i = 0; i < size; ++i) {
        const bool like_before = i > 0 && dice_.percent(50);
        TestTask task = like_before ? tasks.back() : random_task("", flow.header());
        task.name = fmt::format("t{}-{}", g, i);
        task.lead = i == 0;
        tasks.push_back(task);
      }
      GroupSpec options;
      options.barrier = false;
      flow.gang(options, tasks);
    }
    constexpr Priority kPriorities[] = {Priority::kNormal, Priority::kHigh, Priority::kLow};
    constexpr const char* kPools[] = {"a", "b", "local"};
    now_ = now_ + hours(dice_.below(3)) / 2;
    Submission submission;
    submission.id = std::to_string(++keys_);
    submission.priority = kPriorities[dice_.below(with_low_ ? 3 : 2)];
    submission.pool = kPools[dice_.below(3)];
    submission.submitted_at = now_;
    tell(fact::Submit{WorkflowKey(keys_), flow.build(), submission});
  }

  // Some of it ends, some is tried again; it may be paused.
  void disturb(const WorkflowState& workflow) {
    if (is_finished(workflow.status)) return;
    if (dice_.percent(15)) tell(fact::Pause{workflow.key, "ada", ""});
    if (dice_.percent(40)) tell(fact::Resume{workflow.key, "ada"});
    for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
      if (dice_.percent(35)) end(workflow.key, TaskIndex(i));
    }
  }
  // Who was told to stop is gone before anybody is looked at: what they leave is not given away while they do.
  void end_stopping(const WorkflowState& workflow) {
    for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
      if (workflow.tasks[i].stopping != StopReason::kNone) end(workflow.key, TaskIndex(i));
    }
  }
  void end(WorkflowKey key, TaskIndex task) {
    const WorkflowState& workflow = flow(key);
    if (!is_active(workflow.task(task).status)) return;
    const AttemptId attempt = attempt_of(state_, workflow, task);
    const std::uint32_t incarnation = incarnation_of(workflow, task);
    tell(fact::AttemptStarted{attempt, 100, now_, incarnation});
    now_ = now_ + seconds(1);  // not quick, or others would be sent ahead
    AttemptExit exit;
    exit.code = dice_.percent(40) ? 7 : 0;
    exit.at = now_;
    tell(fact::AttemptExited{attempt, exit, incarnation});
  }
  // Without a look at the invariants, which takes longest: that is once a step.
  void tell(const Fact& fact) {
    react(state_, fact, now_, *this);
    plan(state_, now_, *this);
  }

  void compare(const obvious::Scheduler& obvious) {
    std::vector<std::string> placed;
    bool preempted = false;
    for (const Event& event : events_) {
      preempted = preempted || std::holds_alternative<event::GroupPreempted>(event.what);
      const auto* one = std::get_if<event::AttemptPlaced>(&event.what);
      if (one != nullptr && !preempted) {
        placed.push_back(obvious::Scheduler::line(event.workflow, one->task, one->host, one->gpus));
      }
    }
    const obvious::Scheduler after(state_);
    EXPECT_EQ(after.complaint(), "");
    if (!preempted) {
      EXPECT_EQ(placed, obvious.placed);
      EXPECT_FALSE(obvious.keeps_nothing() && after.has_room_for_any());
      return;
    }
    ASSERT_LE(placed.size(), obvious.placed.size());
    EXPECT_TRUE(std::equal(placed.begin(), placed.end(), obvious.placed.begin()));
    EXPECT_TRUE(std::ranges::any_of(obvious.waits, [&](const obvious::Scheduler::Wait& wait) {
      return wait.after == placed.size() && wait.guaranteed;
    })) << "somebody gives way, and nobody who may ask for that waits";
  }

  std::set<Holder> retries_inside_of_groups() const {
    std::set<Holder> retries;
    for (const auto& [key, workflow] : state_.workflows) {
      for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
        const bool admitted = workflow.lanes[lane_of(workflow, TaskIndex(i))].shape().front().admitted;
        if (admitted) retries.insert({key, TaskIndex(i)});
      }
    }
    return retries;
  }

  // Of what is entitled to its place, nothing goes before what is before it in its workflow and fits as well.
  void expect_file_order(const std::set<Holder>& retries) {
    std::map<WorkflowKey, TaskIndex> last;
    for (const Event& event : events_) {
      const auto* one = std::get_if<event::AttemptPlaced>(&event.what);
      if (one == nullptr || retries.contains({event.workflow, one->task})) continue;
      if (flow(event.workflow).submission.priority == Priority::kLow) continue;
      const auto [before, is_first] = last.emplace(event.workflow, one->task);
      EXPECT_TRUE(is_first || before->second < one->task) << "workflow " << event.workflow.value();
      before->second = one->task;
    }
  }

  // Everybody that others give way to could start under max_parallel, all of them together, and none is behind one that
  // it holds up.
  void expect_startable(const std::string& claimant, std::map<WorkflowKey, std::size_t>& active_before) {
    const WorkflowState& workflow = flow(WorkflowKey(std::stoull(claimant)));
    const std::size_t cap = workflow.spec->max_parallel == 0 ? ~std::size_t{0} / 2 : workflow.spec->max_parallel;
    std::size_t taken = workflow.active;
    bool is_held_up = false;
    std::size_t claims = 0;
    for (const GroupSpec& group : workflow.spec->groups) {
      const std::uint32_t lane = lane_of(workflow, group.first_task);
      if (!waits_in(workflow, group.first_task, lane)) continue;
      if (workflow.lanes[lane].shape().front().admitted) continue;
      const auto same = [&](const Claim& one) { return one.workflow == workflow.key && one.task == group.first_task; };
      const bool promised = std::ranges::any_of(state_.claims, same);
      const std::size_t tasks = std::min<std::size_t>(group.task_count, cap);
      is_held_up = is_held_up || active_before[workflow.key] + tasks > cap;
      EXPECT_FALSE(promised && (is_held_up || taken + tasks > cap)) << claimant << " task " << group.first_task.value();
      if (promised) taken += group.task_count;
      if (promised) ++claims;
    }
    for (const Claim& one : state_.claims) {  // retries inside of groups are not held up
      const bool retry = one.workflow == workflow.key && !waits_as_one(workflow, one.task);
      claims += retry ? 1 : 0;
    }
    EXPECT_GT(claims, 0U) << claimant;
  }

  Dice dice_{0};
  bool with_low_ = false;
};

TEST_F(PlaceModel, PlacesWhatAnObviousSchedulerWould) {
  const char* only = std::getenv("SENNIT_SIM_SEED");
  const std::uint64_t first = only == nullptr ? 1 : std::strtoull(only, nullptr, 10);
  for (std::uint64_t seed = first; seed < first + (only == nullptr ? kSeeds : 1); ++seed) {
    begin(seed);
    for (int i = 0; i < kSteps; ++i) step();
    ASSERT_FALSE(HasFailure()) << "replay with SENNIT_SIM_SEED=" << seed;
  }
}

}  // namespace
}  // namespace sennit::core

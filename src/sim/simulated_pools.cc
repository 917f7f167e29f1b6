// The pools of a simulation, and what must hold of them after each step.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "core/bookkeeping.h"
#include "core/pools.h"
#include "core/quota.h"
#include "core/space.h"
#include "core/succession.h"
#include "sim/simulation.h"

namespace sennit::sim {

// "shared" and "fenced" compete for devices, each with a quota of its own; "local" has none.
void Simulation::draw_pools() {
  const std::uint32_t gpus = options_.workload.gpus;
  for (const char* name : {"fenced", "shared"}) {
    PoolSettings& pool = pools_.pools.emplace_back();
    pool.name = name;
    pool.quota.guarantee = static_cast<std::int32_t>(dice_.between(0, gpus));
    if (dice_.percent(50)) {
      pool.quota.maximum = pool.quota.guarantee + static_cast<std::int32_t>(dice_.between(0, gpus));
    }
    pool.quota.weight = dice_.between(1, 4);
  }
  pools_.pools[0].gpus = GpuSet::first(dice_.between(1, gpus));
  if (dice_.percent(50)) pools_.pools[0].cpus = dice_.between(1, 8);
  pools_.scheduler.aging = Micros(dice_.percent(30) ? 0 : dice_.between(1, 100) * 100'000);
  pools_.scheduler.preemption_protection = Micros(dice_.percent(40) ? 0 : dice_.between(1, 30) * 100'000);
}

bool Simulation::is_possible(const Workflow& workflow, const PoolSettings& pool, Priority priority) const {
  HostCapacity host;
  host.cpus = 8;
  host.memory = gibibytes(32);
  host.gpus = GpuSet::first(options_.workload.gpus);
  const std::array hosts = {core::capacity_in(pool, host)};
  return core::find_over_quota(workflow, pool, priority).empty() && core::find_infeasible(workflow, hosts).empty();
}

void Simulation::draw_submissions() {
  for (std::uint32_t i = 0; i < workload_.size(); ++i) {
    Submission& submission = submissions_.emplace_back();
    submission.priority = options_.priorities ? static_cast<Priority>(i % 3) : Priority::kNormal;
    if (!options_.pools) continue;
    submission.requeue = dice_.percent(90);
    const PoolSettings& pool = pools_.pools[dice_.below(static_cast<std::uint32_t>(pools_.pools.size()))];
    if (is_possible(*workload_[i], pool, submission.priority)) submission.pool = pool.name;
  }
}

void Simulation::check_quotas(const core::State& state) {
  for (const core::PoolState& pool : state.pools) {
    const GpuQuota& quota = pool.settings.quota;
    const auto within = [](std::uint64_t used, std::int32_t limit) {
      return limit < 0 || used <= static_cast<std::uint64_t>(limit) * kWholeGpu;
    };
    if (!within(pool.all_gpus_used(), quota.maximum)) problem(pool.settings.name + ": more than its maximum");
    if (!within(pool.quota_used(), quota.guarantee)) problem(pool.settings.name + ": more than its guarantee");
  }
}

namespace {

bool is_capped(const core::WorkflowState& workflow, std::size_t tasks) {
  const std::size_t cap = workflow.spec->max_parallel;
  return cap > 0 && workflow.active + std::min(tasks, cap) > cap;
}

// What would be free if LOW tasks were gone: all of them, or those that were told to stop.
core::Space without_low(const core::State& state, bool only_stopping) {
  core::Space space(state);
  for (const auto& [key, seated] : state.borrowers) {
    const core::WorkflowState& workflow = *state.find(key.workflow);
    for (const TaskIndex task : core::TaskRange(workflow.spec->group(key.group))) {
      if (!core::is_seated(workflow, task)) continue;
      if (only_stopping && workflow.task(task).stopping == StopReason::kNone) continue;
      space.give_back(workflow, task);
    }
  }
  return space;
}

struct FirstWaiting {
  core::Claim claim;
  core::QueueRef queue;
};

// The first of those that wait in the lane.
std::optional<TaskIndex> first_of(const core::WorkflowState& workflow, std::uint32_t lane) {
  for (core::Lane::InOrder rest(workflow.lanes[lane]); const std::optional<TaskIndex> task = rest.peek();) {
    if (core::waits_in(workflow, *task, lane)) return task;
    rest.advance();
  }
  return std::nullopt;
}

// The NORMAL or HIGH group that comes first, but for those that have to wait because of max_parallel; nothing if a
// retry inside of a group waits, which comes before it.
std::optional<FirstWaiting> first_waiting(const core::State& state) {
  std::map<core::Claim, core::QueueRef> firsts;
  for (const auto& [id, keys] : state.ready.queues()) {
    if (id.shape.front().admitted && !keys.empty()) return std::nullopt;
    if (id.entitlement != core::Entitlement::kGuaranteed) continue;
    for (const core::QueueKey& key : keys) {
      const std::optional<TaskIndex> task = first_of(*state.find(key.workflow), key.lane);
      if (task)
        firsts.emplace(core::Claim{key.turn, key.workflow, *task}, core::QueueRef{id.pool, id.entitlement, id.shape});
    }
  }
  std::set<WorkflowKey> capped;
  for (const auto& [claim, queue] : firsts) {
    if (capped.contains(claim.workflow)) continue;
    if (!is_capped(*state.find(claim.workflow), queue.shape.size())) return FirstWaiting{claim, queue};
    capped.insert(claim.workflow);
  }
  return std::nullopt;
}

}  // namespace

// Whoever is entitled to a place that only LOW tasks hold has had enough of them stopped.
void Simulation::check_claims(const core::State& state) {
  if (state.borrowers.empty()) return;
  const std::optional<FirstWaiting> first = first_waiting(state);
  if (!first) return;
  // What others have been promised before it came is theirs.
  if (state.claims.size() > (state.claims.contains(first->claim) ? 1U : 0U)) return;
  std::vector<core::Seat> seats;
  const auto fits = [&](const core::Space& space) { return space.find(first->queue, seats) == core::Space::Fit::kYes; };
  if (fits(without_low(state, false)) && !fits(without_low(state, true))) {
    problem("a group waits for what LOW tasks hold, and too few of them were told to stop");
  }
}

}  // namespace sennit::sim

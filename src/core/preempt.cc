#include "core/preempt.h"

#include <algorithm>
#include <tuple>

#include "core/bookkeeping.h"
#include "core/pools.h"
#include "core/stop_rules.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

constexpr std::uint32_t kMostDoublings = 10;

bool is_told_to_leave(const TaskState& row) {
  return row.stopping != StopReason::kNone && row.stopping != StopReason::kGroupRestart;
}

// When the last of its tasks was placed, and how long it had waited for that.
struct Placed {
  Instant at;
  Micros waited{};
};

Placed placement_of(const WorkflowState& workflow, GroupIndex group) {
  Placed placed;
  for (const TaskIndex task : TaskRange(workflow.spec->group(group))) {
    const TaskState& row = workflow.task(task);
    if (!is_active(row.status) || row.placed_at < placed.at) continue;
    placed = {row.placed_at, row.placed_at - row.queued_at};
  }
  return placed;
}

}  // namespace

Instant protected_until(const State& state, const WorkflowState& workflow, GroupIndex group) {
  const Placed placed = placement_of(workflow, group);
  const SchedulerSettings& settings = state.scheduler;
  const auto past = workflow.preemptions.find(group);
  if (past != workflow.preemptions.end()) {
    const std::uint32_t doublings = std::min(past->second.count - 1, kMostDoublings);
    return placed.at + settings.preemption_protection * (std::int64_t{1} << doublings);
  }
  const bool aged = settings.aging.count() > 0 && placed.waited >= settings.aging;
  return aged ? placed.at + settings.preemption_protection : Instant();
}

Preemptor::Preemptor(Decider& decider, const Space& now) : decider_(decider), state_(decider.state()), soon_(now) {
  for (const auto& [key, seated] : state_.borrowers) look_at(key);
  std::sort(victims_.begin(), victims_.end(), [](const Victim& a, const Victim& b) {
    return std::tie(a.placed_at, a.key) > std::tie(b.placed_at, b.key);
  });
}

// Somebody who leaves anyway makes room; the others may be asked to, unless they are protected.
void Preemptor::look_at(const GroupKey& key) {
  const WorkflowState& workflow = *state_.find(key.workflow);
  Victim victim{.key = key, .pool = workflow.pool, .placed_at = placement_of(workflow, key.group).at, .seated = {}};
  for (const TaskIndex task : TaskRange(workflow.spec->group(key.group))) {
    if (!is_seated(workflow, task)) continue;
    if (is_told_to_leave(workflow.task(task))) {
      soon_.give_back(workflow, task);
    } else {
      victim.seated.push_back(task);
      victim.has_gpus = victim.has_gpus || quota_of(needs_held(workflow, task)) > 0;
    }
  }
  if (victim.seated.empty() || workflow.group(key.group).preempted) return;
  const Instant until = protected_until(state_, workflow, key.group);
  if (until <= decider_.now()) {
    victims_.push_back(std::move(victim));
  } else if (!state_.look_again.is_set() || until < state_.look_again) {
    state_.look_again = until;
  }
}

bool Preemptor::hold(const QueueRef& queue, Space& now) {
  std::vector<Seat> seats;
  if (soon_.find(queue, seats) != Space::Fit::kYes) return false;
  soon_.take(queue, seats);
  now.take(queue, seats);
  return true;
}

bool Preemptor::may_help(const BinId& bin) const {
  return soon_.may_fit(bin) || !std::ranges::all_of(victims_, &Victim::chosen);
}

bool Preemptor::claim(const QueueRef& queue, const WorkflowState& claimant, Space& now) {
  if (hold(queue, now)) return true;
  const std::vector<std::size_t> chosen = choose(queue);
  if (chosen.empty()) return false;
  for (const std::size_t i : chosen) {
    victims_[i].chosen = true;
    give(soon_, victims_[i]);
    stop(victims_[i].key, claimant);
  }
  return hold(queue, now);
}

// The one that suffices alone, the youngest first; else the youngest that together do, less whoever is not needed.
std::vector<std::size_t> Preemptor::choose(const QueueRef& queue) const {
  std::vector<std::size_t> usable;
  std::vector<std::size_t> chosen;
  Space space = soon_;
  std::vector<Seat> seats;
  bool enough = false;
  for (std::size_t i = 0; i < victims_.size(); ++i) {
    if (victims_[i].chosen || !may_reclaim(space, queue.pool, victims_[i])) continue;
    give(space, victims_[i]);
    usable.push_back(i);
    if (!enough) chosen.push_back(i);
    enough = enough || space.find(queue, seats) == Space::Fit::kYes;
  }
  if (!enough) return {};
  for (const std::size_t i : usable) {
    if (suffices(queue, {i})) return {i};
  }
  for (std::size_t i = chosen.size(); i-- > 0;) {
    std::vector<std::size_t> fewer = chosen;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (suffices(queue, fewer)) chosen = std::move(fewer);
  }
  return chosen;
}

bool Preemptor::suffices(const QueueRef& queue, const std::vector<std::size_t>& victims) const {
  Space space = soon_;
  for (const std::size_t i : victims) {
    if (!may_reclaim(space, queue.pool, victims_[i])) return false;
    give(space, victims_[i]);
  }
  std::vector<Seat> seats;
  return space.find(queue, seats) == Space::Fit::kYes;
}

// What a pool uses within its own guarantee is its own.
bool Preemptor::may_reclaim(const Space& space, PoolId claimant, const Victim& victim) const {
  if (victim.pool == claimant || !victim.has_gpus) return true;
  const std::int64_t guarantee = space.guarantee(victim.pool);
  return guarantee < 0 || space.gpus_used(victim.pool) > guarantee;
}

void Preemptor::give(Space& space, const Victim& victim) const {
  const WorkflowState& workflow = *state_.find(victim.key.workflow);
  for (const TaskIndex task : victim.seated) space.give_back(workflow, task);
}

void Preemptor::stop(const GroupKey& key, const WorkflowState& claimant) {
  const WorkflowState& workflow = *state_.find(key.workflow);
  decider_.decide(key.workflow, event::GroupPreempted{key.group, claimant.submission.id, claimant.submission.priority});
  // Whoever waits behind one of them would take its place.
  std::vector<GroupIndex> behind;
  for (const TaskIndex task : TaskRange(workflow.spec->group(key.group))) {
    const auto next = workflow.next_up.find(task);
    if (next != workflow.next_up.end()) behind.push_back(workflow.spec->tasks[next->second.value()].group);
  }
  settle_preempted(decider_, workflow, key.group);
  for (const GroupIndex group : behind) stop({key.workflow, group}, claimant);
}

void begin_preemption(State& state, WorkflowState& workflow, const event::GroupPreempted& what, Instant at) {
  Preemption& preemption = workflow.preemptions[what.group];
  preemption = {Preemption::Phase::kStopping, preemption.count + 1, at, what.claimant, what.priority};
  std::vector<TaskIndex> charged;
  for (const TaskIndex task : TaskRange(workflow.spec->group(what.group))) {
    if (is_charged(workflow, task)) charged.push_back(task);
  }
  workflow.group(what.group).preempted = true;
  for (const TaskIndex task : charged) recharge(state, workflow, task, true);
}

Verdicted verdict_of_preemption(const WorkflowState& workflow, TaskIndex task, Instant at) {
  Verdicted verdict = verdict_of_stop(workflow, task, StopReason::kPreempted, at);
  const ExitDecision decision =
      apply_exit_actions(verdict.status, verdict.exit_code, workflow.spec->policy_of(task).exit_actions, {}, 0, 1);
  if (decision.applied) {
    verdict.status = decision.status;
    if (is_finished(verdict.status) && verdict.status != Status::kRescheduled) {
      verdict.message += "; an exit action decides that it ends";
    }
    return verdict;
  }
  if (workflow.submission.requeue) {
    verdict.status = Status::kRescheduled;
  } else {
    verdict.message += "; it was submitted not to be queued again (--no-requeue)";
  }
  return verdict;
}

void settle_preempted(Decider& decider, const WorkflowState& workflow, GroupIndex group) {
  if (workflow.canceled || workflow.preemptions.at(group).phase != Preemption::Phase::kStopping) return;
  const GangState* gang = workflow.gang(group);
  if (gang != nullptr && is_group_finished(workflow.task(gang->lead).status)) return;
  bool waits = false;
  bool stops = false;
  for (const TaskIndex task : TaskRange(workflow.spec->group(group))) {
    const TaskState& row = workflow.task(task);
    if (is_group_finished(row.status)) continue;
    waits = true;
    if (!is_active(row.status)) continue;
    stops = true;
    if (is_told_to_leave(row)) continue;
    decider.decide(workflow.key, event::AttemptStopping{task, row.number, StopReason::kPreempted});
  }
  if (waits && !stops) decider.decide(workflow.key, event::GroupRequeued{group});
}

}  // namespace sennit::core

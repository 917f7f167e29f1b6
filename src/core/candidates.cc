#include "core/candidates.h"

#include <algorithm>

#include "base/check.h"
#include "core/bookkeeping.h"
#include "core/pause.h"
#include "core/pools.h"

namespace sennit::core {
namespace {

bool is_waiting(const WorkflowState& workflow, TaskIndex task, std::uint32_t lane) {
  return waits_in(workflow, task, lane) && !is_held_back(workflow, task);
}

// Entries whose task ended while it waited, was placed through another entry, or is held back until it gets another.
void drop_stale(WorkflowState& workflow, std::uint32_t lane) {
  Lane& entries = workflow.lanes[lane];
  while (const std::optional<TaskIndex> task = entries.front()) {
    if (is_waiting(workflow, *task, lane)) return;
    entries.pop();
  }
}

std::optional<TaskIndex> next_of(const WorkflowState& workflow, std::uint32_t lane, Lane::InOrder& rest) {
  while (const std::optional<TaskIndex> task = rest.peek()) {
    if (is_waiting(workflow, *task, lane)) return task;
    rest.advance();
  }
  return std::nullopt;
}

}  // namespace

Candidates::Candidates(State& state, const Space& now) : state_(state), now_(now) {
  for (auto& [id, keys] : state_.ready) offer({&id, &keys});
}

std::optional<Candidate> Candidates::next() {
  while (!offered_.empty()) {
    const Candidate candidate = offered_.top();
    offered_.pop();
    // What is placed meanwhile can only move a front back.
    const std::optional<Candidate> front = front_of(candidate.queue);
    if (!front) continue;
    if (!(*front > candidate)) return candidate;
    offered_.push(*front);
  }
  return std::nullopt;
}

void Candidates::offer(const Queue& queue) {
  if (const std::optional<Candidate> front = front_of(queue)) offered_.push(*front);
}

void Candidates::pass_over(const Candidate& candidate) {
  const auto restart = [&] {
    return Passed{candidate.key, Lane::InOrder(state_.find(candidate.key.workflow)->lanes[candidate.key.lane])};
  };
  auto found = passed_.find(candidate.queue.id);
  if (found == passed_.end()) {
    found = passed_.emplace(candidate.queue.id, restart()).first;
  } else if (found->second.key != candidate.key) {
    found->second = restart();
  }
  Lane::InOrder& rest = found->second.rest;
  while (rest.peek() && *rest.peek() <= candidate.task) rest.advance();  // who was resumed may be there twice
}

std::optional<Candidate> Candidates::front_of(const Queue& queue) {
  const auto passed = passed_.find(queue.id);
  auto it = passed == passed_.end() ? queue.keys->begin() : queue.keys->lower_bound(passed->second.key);
  while (it != queue.keys->end()) {
    const QueueKey key = *it++;  // unlisting a lane takes its key out
    if (is_capped(queue, key.workflow)) continue;
    WorkflowState* workflow = state_.find(key.workflow);
    SENNIT_CHECK(workflow != nullptr);
    if (passed != passed_.end() && passed->second.key == key) {
      const std::optional<TaskIndex> task = next_of(*workflow, key.lane, passed->second.rest);
      if (task) return candidate(queue, key, *task);
      continue;
    }
    drop_stale(*workflow, key.lane);
    if (const std::optional<TaskIndex> task = workflow->lanes[key.lane].front()) return candidate(queue, key, *task);
    list_lane(state_, *workflow, key.lane);
  }
  return std::nullopt;
}

std::optional<Candidate> Candidates::front_of(WorkflowState& workflow, std::uint32_t lane) {
  drop_stale(workflow, lane);
  const std::optional<TaskIndex> task = workflow.lanes[lane].front();
  if (!task) {
    list_lane(state_, workflow, lane);
    return std::nullopt;
  }
  const auto queue = state_.ready.find(queue_of(workflow, workflow.lanes[lane]));
  SENNIT_CHECK(queue != state_.ready.end());
  return candidate({&queue->first, &queue->second}, queue_key(state_, workflow, lane), *task);
}

Candidate Candidates::candidate(const Queue& queue, const QueueKey& key, TaskIndex task) const {
  Candidate made{queue, key, task};
  if (queue.is_admitted()) {
    made.rank = Candidate::Rank::kAdmitted;
  } else if (const std::int64_t surplus = surplus_of(queue); surplus > 0) {
    made.rank = Candidate::Rank::kSurplus;
    made.surplus = surplus;
  }
  return made;
}

// What the pool would use beyond its guarantee, for its weight; only if this group wants a part of that at all.
std::int64_t Candidates::surplus_of(const Queue& queue) const {
  const PoolId pool = queue.id->pool;
  const auto wanted = static_cast<std::int64_t>(quota_of(queue.id->shape));
  const std::int64_t guarantee = now_.guarantee(pool);
  if (wanted == 0 || guarantee < 0 || queue.id->entitlement == Entitlement::kGuaranteed) return 0;
  const std::int64_t beyond = now_.gpus_used(pool) + wanted - guarantee;
  return beyond <= 0 ? 0 : std::max<std::int64_t>(1, beyond / std::max(1U, now_.weight(pool)));
}

}  // namespace sennit::core

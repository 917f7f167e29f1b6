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
  for (const auto& [id, bin] : state_.ready.bins()) {
    sources_.push_back({id, {}});
    wait_for_turn(sources_.size() - 1);
  }
}

const ReadyQueues::Bin::value_type* Candidates::peek(Source& source) const {
  const auto bin = state_.ready.bins().find(source.id);
  if (bin == state_.ready.bins().end()) return nullptr;
  auto it = source.taken ? bin->second.upper_bound(*source.taken) : bin->second.begin();
  for (; it != bin->second.end(); ++it) {
    if (!taken_.contains(&it->second->first)) return &*it;
    source.taken = it->first;
  }
  return nullptr;
}

Candidates::Order Candidates::order_of(const BinId& bin, const QueueKey& front) const {
  const auto [rank, surplus] = rank_of(bin);
  return {rank, surplus, front.turn, front.workflow, front.front};
}

void Candidates::wait_for_turn(std::size_t source) {
  const ReadyQueues::Bin::value_type* first = peek(sources_[source]);
  if (first != nullptr) turns_.emplace(order_of(sources_[source].id, first->first), source);
}

void Candidates::take_those_whose_turn_it_is() {
  while (!turns_.empty() && (offered_.empty() || turns_.top().first <= offered_.top().order())) {
    const auto [order, at] = turns_.top();
    turns_.pop();
    Source& source = sources_[at];
    const ReadyQueues::Bin::value_type* first = peek(source);
    if (first != nullptr && order_of(source.id, first->first) <= order) {
      source.taken = first->first;
      taken_.insert(&first->second->first);
      offer({&first->second->first, &first->second->second, at});
    }
    wait_for_turn(at);
  }
}

std::optional<Candidate> Candidates::next() {
  while (true) {
    take_those_whose_turn_it_is();
    if (offered_.empty()) return std::nullopt;
    const Candidate candidate = offered_.top();
    offered_.pop();
    --sources_[candidate.queue.bin].offered;
    // What is placed meanwhile can only move a front back.
    const std::optional<Candidate> front = front_of(candidate.queue);
    if (front && !(*front > candidate)) return candidate;
    offer(candidate.queue);
  }
}

void Candidates::offer(const Queue& queue) {
  const std::optional<Candidate> front = front_of(queue);
  if (!front) return;
  offered_.push(*front);
  ++sources_[queue.bin].offered;
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
    list_lane(state_, *workflow, key.lane);
    const std::optional<TaskIndex> task = workflow->lanes[key.lane].listed;
    if (task) return candidate(queue, queue_key(state_, *workflow, key.lane), *task);
  }
  return std::nullopt;
}

std::optional<Candidate> Candidates::front_of(WorkflowState& workflow, std::uint32_t lane) {
  drop_stale(workflow, lane);
  list_lane(state_, workflow, lane);
  const std::optional<TaskIndex> task = workflow.lanes[lane].listed;
  if (!task) return std::nullopt;
  const ReadyQueues::Queue* queue = state_.ready.find(queue_of(workflow, workflow.lanes[lane]));
  SENNIT_CHECK(queue != nullptr);
  return Candidate{{&queue->first, &queue->second}, queue_key(state_, workflow, lane), *task};
}

Candidate Candidates::candidate(const Queue& queue, const QueueKey& key, TaskIndex task) const {
  Candidate made{queue, key, task};
  std::tie(made.rank, made.surplus) = rank_of(sources_[queue.bin].id);
  return made;
}

// A surplus is what the pool would use beyond its guarantee, for its weight; only if this group wants a part of that at
// all.
std::pair<Candidate::Rank, std::int64_t> Candidates::rank_of(const BinId& bin) const {
  if (bin.admitted) return {Candidate::Rank::kAdmitted, 0};
  const std::int64_t guarantee = now_.guarantee(bin.pool);
  if (bin.quota == 0 || guarantee < 0 || bin.entitlement == Entitlement::kGuaranteed) {
    return {Candidate::Rank::kEntitled, 0};
  }
  const std::int64_t beyond = now_.gpus_used(bin.pool) + static_cast<std::int64_t>(bin.quota) - guarantee;
  if (beyond <= 0) return {Candidate::Rank::kEntitled, 0};
  return {Candidate::Rank::kSurplus, std::max<std::int64_t>(1, beyond / std::max(1U, now_.weight(bin.pool)))};
}

}  // namespace sennit::core

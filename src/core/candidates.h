// Who is looked at next when resources are given away (core/place.h): the first of each queue, and of those the first.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <tuple>
#include <vector>

#include "core/space.h"
#include "core/state.h"

namespace sennit::core {

// Equal shapes of one pool, and those who wait with them.
struct Queue {
  const QueueId* id = nullptr;
  std::set<QueueKey>* keys = nullptr;

  QueueRef ref() const { return {id->pool, id->entitlement, id->shape}; }
  bool is_admitted() const { return id->shape.front().admitted; }
};

// The first of a queue.
struct Candidate {
  enum class Rank : std::uint8_t {
    kAdmitted,  // let in already: its group holds what others wait for until it is there
    kEntitled,  // within what is guaranteed to its pool
    kSurplus,   // beyond that; pools take turns by how much they have of it for their weight
  };
  Queue queue;
  QueueKey key;
  TaskIndex task;
  Rank rank = Rank::kEntitled;
  std::int64_t surplus = 0;  // of the pool, for its weight

  auto order() const { return std::tuple(rank, surplus, key.turn, key.workflow, task); }
  friend bool operator>(const Candidate& a, const Candidate& b) { return a.order() > b.order(); }
  Claim claim() const { return {key.turn, key.workflow, task}; }
};

// For one placement: within it, there is only ever less to give away.
class Candidates {
 public:
  // `now`: what is left, as the placement keeps it.
  Candidates(State& state, const Space& now);

  // The first in order of those that are offered. It is not offered any more.
  std::optional<Candidate> next();
  // Offers the first of the queue that has not been passed over.
  void offer(const Queue& queue);
  // Whoever it is stays where it is, and those behind it may be offered.
  void pass_over(const Candidate& candidate);
  // Nobody of the workflow is offered any more, but for retries in groups that have been let in.
  void cap(WorkflowKey workflow) { capped_.insert(workflow); }

  // The first of one lane, which must be listed; nothing if nobody waits there.
  std::optional<Candidate> front_of(WorkflowState& workflow, std::uint32_t lane);

 private:
  struct Passed {
    QueueKey key;
    Lane::InOrder rest;  // of that lane
  };

  std::optional<Candidate> front_of(const Queue& queue);
  Candidate candidate(const Queue& queue, const QueueKey& key, TaskIndex task) const;
  std::int64_t surplus_of(const Queue& queue) const;
  bool is_capped(const Queue& queue, WorkflowKey workflow) const {
    return !queue.is_admitted() && capped_.contains(workflow);
  }

  State& state_;
  const Space& now_;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> offered_;  // first in order on top
  std::map<const QueueId*, Passed> passed_;
  std::set<WorkflowKey> capped_;
};

}  // namespace sennit::core

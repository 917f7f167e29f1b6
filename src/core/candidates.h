// Who is looked at next when resources are given away (core/place.h): the first of each queue, and of those the first.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "core/space.h"
#include "core/state.h"

namespace sennit::core {

// Equal shapes of one pool, and those who wait with them.
struct Queue {
  const QueueId* id = nullptr;
  const std::set<QueueKey>* keys = nullptr;
  std::size_t bin = 0;  // among those that the placement began with

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

  // Whether a queue is still offered, or has not been looked at, for whose bin this holds.
  template <class CanBeServed>
  bool any_left(CanBeServed can_be_served) {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const std::size_t bin = (likely_left_ + i) % sources_.size();
      if (!has_left(sources_[bin]) || !can_be_served(sources_[bin].id)) continue;
      likely_left_ = bin;
      return true;
    }
    return false;
  }

  // The first of one lane, which must be listed; nothing if nobody waits there.
  std::optional<Candidate> front_of(WorkflowState& workflow, std::uint32_t lane);

 private:
  // A bin, as far as its queues have not been looked at. They are taken from it in the order of their fronts, each when
  // its turn comes.
  struct Source {
    BinId id;
    std::optional<QueueKey> taken;  // the last one
    std::size_t offered = 0;        // of those that were taken
  };
  using Order = decltype(Candidate().order());
  using Turn = std::pair<Order, std::size_t>;  // of a source

  struct Passed {
    QueueKey key;
    Lane::InOrder rest;  // of that lane
  };

  const ReadyQueues::Bin::value_type* peek(Source& source) const;
  bool has_left(Source& source) const { return source.offered > 0 || peek(source) != nullptr; }
  Order order_of(const BinId& bin, const QueueKey& front) const;
  void wait_for_turn(std::size_t source);
  void take_those_whose_turn_it_is();

  std::optional<Candidate> front_of(const Queue& queue);
  Candidate candidate(const Queue& queue, const QueueKey& key, TaskIndex task) const;
  std::pair<Candidate::Rank, std::int64_t> rank_of(const BinId& bin) const;
  bool is_capped(const Queue& queue, WorkflowKey workflow) const {
    return !queue.is_admitted() && capped_.contains(workflow);
  }

  State& state_;
  const Space& now_;
  std::vector<Source> sources_;  // by BinId
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
  std::set<const QueueId*> taken_;  // from their bins, where they may come again further back
  std::size_t likely_left_ = 0;     // a source
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> offered_;  // first in order on top
  std::map<const QueueId*, Passed> passed_;
  std::set<WorkflowKey> capped_;
};

}  // namespace sennit::core

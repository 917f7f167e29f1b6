#include "core/place.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>
#include <set>
#include <tuple>
#include <vector>

#include "base/check.h"
#include "core/bookkeeping.h"
#include "core/measuring.h"
#include "core/pause.h"
#include "core/pools.h"
#include "core/preempt.h"
#include "core/space.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

// Equal shapes of one pool, and those who wait with them.
struct Queue {
  const QueueId* id = nullptr;
  std::set<QueueKey>* keys = nullptr;

  QueueRef ref() const { return {id->pool, id->entitlement, id->shape}; }
  bool is_admitted() const { return id->shape.front().admitted; }
};

// The first of a queue.
struct Candidate {
  enum class Claim : std::uint8_t {
    kAdmitted,  // let in already: its group holds what others wait for until it is there
    kReserved,  // others were told to give way to it
    kEntitled,  // within what is guaranteed to its pool
    kSurplus,   // beyond that; pools take turns by how much they have of it for their weight
  };
  Queue queue;
  QueueKey key;
  TaskIndex task;
  Claim claim = Claim::kEntitled;
  std::int64_t surplus = 0;  // of the pool, for its weight

  auto order() const { return std::tuple(claim, surplus, key.turn, key.workflow, task); }
  friend bool operator>(const Candidate& a, const Candidate& b) { return a.order() > b.order(); }
};

class Placer {
 public:
  Placer(Decider& decider, std::size_t budget)
      : decider_(decider),
        state_(decider.state()),
        budget_(budget),
        now_(state_),
        idle_(Space::when_idle(state_)),
        claims_(std::exchange(state_.claims, {})) {
    state_.look_again = Instant();
  }

  bool place() {
    if (!now_.has_hosts()) return true;
    for (auto& [id, keys] : state_.ready) offer({&id, &keys});
    while (!candidates_.empty()) {
      const Candidate candidate = candidates_.top();
      candidates_.pop();
      // What is placed meanwhile can only move a front back.
      const std::optional<Candidate> front = front_of(candidate.queue);
      if (!front) continue;
      if (*front > candidate) {
        candidates_.push(*front);
        continue;
      }
      if (decider_.made() >= budget_) return false;
      if (place(candidate) == Outcome::kGoOn) offer(candidate.queue);
    }
    return seat_those_behind();
  }

 private:
  enum class Outcome : std::uint8_t {
    kGoOn,    // the next of this shape may be tried
    kBlocked  // nobody of this shape fits
  };

  void offer(const Queue& queue) {
    if (const std::optional<Candidate> front = front_of(queue)) candidates_.push(*front);
  }

  std::optional<Candidate> front_of(const Queue& queue) {
    auto it = queue.keys->begin();
    while (it != queue.keys->end()) {
      const QueueKey key = *it++;  // unlisting a lane takes its key out
      if (is_capped(queue, key.workflow)) continue;
      WorkflowState& workflow = workflow_of(key);
      drop_stale(workflow, key.lane);
      const std::optional<TaskIndex> task = workflow.lanes[key.lane].front();
      if (task) return candidate(queue, key, *task);
      list_lane(state_, workflow, key.lane);
    }
    return std::nullopt;
  }

  Candidate candidate(const Queue& queue, const QueueKey& key, TaskIndex task) const {
    Candidate made{queue, key, task};
    if (queue.is_admitted()) {
      made.claim = Candidate::Claim::kAdmitted;
    } else if (claims_.contains(queue.ref())) {
      made.claim = Candidate::Claim::kReserved;
    } else if (const std::int64_t surplus = surplus_of(queue); surplus > 0) {
      made.claim = Candidate::Claim::kSurplus;
      made.surplus = surplus;
    }
    return made;
  }

  // What the pool would use beyond its guarantee, for its weight; only if this group wants a part of that at all.
  std::int64_t surplus_of(const Queue& queue) const {
    const PoolId pool = queue.id->pool;
    const auto wanted = static_cast<std::int64_t>(quota_of(queue.id->shape));
    const std::int64_t guarantee = now_.guarantee(pool);
    if (wanted == 0 || guarantee < 0 || queue.id->entitlement == Entitlement::kGuaranteed) return 0;
    const std::int64_t beyond = now_.gpus_used(pool) + wanted - guarantee;
    return beyond <= 0 ? 0 : std::max<std::int64_t>(1, beyond / std::max(1U, now_.weight(pool)));
  }

  bool is_capped(const Queue& queue, WorkflowKey workflow) const {
    return !queue.is_admitted() && capped_.contains(workflow);
  }

  WorkflowState& workflow_of(const QueueKey& key) {
    WorkflowState* workflow = state_.find(key.workflow);
    SENNIT_CHECK(workflow != nullptr);
    return *workflow;
  }

  // Entries whose task ended while it waited, was placed through another entry, or is held back until it gets another.
  static void drop_stale(WorkflowState& workflow, std::uint32_t lane) {
    Lane& entries = workflow.lanes[lane];
    while (const std::optional<TaskIndex> task = entries.front()) {
      if (waits_in(workflow, *task, lane) && !is_held_back(workflow, *task)) return;
      entries.pop();
    }
  }

  Outcome place(const Candidate& candidate) {
    WorkflowState& workflow = workflow_of(candidate.key);
    const QueueRef queue = candidate.queue.ref();
    const Shape& shape = queue.shape;
    const bool admitted = candidate.queue.is_admitted();
    if (!admitted) keep_places_of_admitted();
    if (!admitted && !within_cap(workflow, shape.size())) {
      if (send_ahead(candidate, workflow)) return Outcome::kGoOn;
      capped_.insert(workflow.key);
      return Outcome::kGoOn;
    }
    const Space::Fit fit = now_.find(queue, seats_);
    if (fit != Space::Fit::kYes) {
      if (fit == Space::Fit::kNoRoom && send_ahead(candidate, workflow)) return Outcome::kGoOn;
      wait(candidate.queue, fit);
      return Outcome::kBlocked;
    }
    const bool waits = must_measure(queue);
    now_.take(queue, seats_);
    if (preemptor_) preemptor_->take(queue, seats_);
    if (waits) {  // for an answer; what it is about to get is kept for it
      somebody_waits_ = true;
      return Outcome::kBlocked;
    }
    use_claim(queue);
    seat_group(candidate, workflow);
    return Outcome::kGoOn;
  }

  bool must_measure(const QueueRef& queue) {
    const bool balanced = std::ranges::any_of(queue.shape, &TaskNeeds::balanced);
    return balanced &&
           core::must_measure(state_, now_.rooms_of(queue.pool), queue.shape, seats_, decider_.now(), decider_.sink());
  }

  void seat_group(const Candidate& candidate, WorkflowState& workflow) {
    const Shape& shape = candidate.queue.id->shape;
    workflow.lanes[candidate.key.lane].pop();
    TaskIndex first = candidate.task;
    // A group that comes back after a preemption may have lost its first tasks: they have ended.
    if (shape.size() > 1) first = workflow.spec->group(workflow.spec->tasks[first.value()].group).first_task;
    for (std::uint32_t i = 0; i < shape.size(); ++i) {
      const TaskIndex task(first.value() + i);
      if (workflow.task(task).status != Status::kScheduling) continue;
      decider_.decide(workflow.key,
                      event::AttemptPlaced{task, workflow.task(task).number, now_.host(seats_[i]), seats_[i].gpus});
    }
    list_lane(state_, workflow, candidate.key.lane);
  }

  // One that waits for its pool's share keeps nothing from anybody: what it waits for are others of its own pool.
  void wait(const Queue& queue, Space::Fit fit) {
    if (fit == Space::Fit::kOverQuota) return;
    if (fit == Space::Fit::kNoRoom) somebody_waits_ = true;
    if (may_preempt(state_, queue.ref())) {
      if (!preemptor_) preemptor_.emplace(decider_, now_, budget_);
      const std::uint32_t claimed = preemptor_->claim(queue.ref(), *queue.keys, now_);
      if (claimed > 0) {
        state_.claims.insert_or_assign(*queue.id, claimed);
        return;
      }
    }
    if (fit == Space::Fit::kOverMaximum) return;
    if (queue.is_admitted()) {
      held_up_.push_back(queue);
    } else {
      keep_place(queue);
    }
  }

  void use_claim(const QueueRef& queue) {
    const auto claim = claims_.find(queue);
    if (claim != claims_.end() && --claim->second == 0) claims_.erase(claim);
  }

  // To where an attempt of the same lane is about to end; never past somebody who waits for a place.
  bool send_ahead(const Candidate& candidate, WorkflowState& workflow) {
    const Shape& shape = candidate.queue.id->shape;
    if (somebody_waits_ || !may_send_ahead(workflow) || shape.size() > 1 || shape.front().admitted ||
        shape.front().gpus_wanted() > 0) {
      return false;
    }
    const std::optional<TaskIndex> ahead = take_followable(workflow, candidate.key.lane);
    if (!ahead || !state_.hosts.at(workflow.task(*ahead).host).joined) return false;
    workflow.lanes[candidate.key.lane].pop();
    const TaskIndex task = candidate.task;
    decider_.decide(workflow.key,
                    event::AttemptPlaced{task, workflow.task(task).number, workflow.task(*ahead).host, {}, ahead});
    list_lane(state_, workflow, candidate.key.lane);
    return true;
  }

  // A place is free, so nobody has to wait for the end of a certain other one. False: the budget is used up.
  bool seat_those_behind() {
    for (auto it = state_.lines.begin(); it != state_.lines.end();) {
      WorkflowState& workflow = *state_.find(*it++);  // seating the last one takes the entry out
      while (const std::optional<TaskIndex> task = first_in_line(workflow)) {
        if (decider_.made() >= budget_) return false;
        if (!within_cap(workflow, 1) || !seat(workflow, *task)) break;
      }
    }
    return true;
  }

  static std::optional<TaskIndex> first_in_line(const WorkflowState& workflow) {
    for (const auto& [task, ahead] : workflow.behind) {
      if (workflow.task(task).stopping == StopReason::kNone) return task;
    }
    return std::nullopt;
  }

  bool seat(const WorkflowState& workflow, TaskIndex task) {
    const TaskState& row = workflow.task(task);
    const Shape shape = {needs_held(workflow, task)};
    const QueueRef queue{workflow.pool, entitlement_of(workflow.submission.priority), shape};
    if (now_.find(queue, seats_) != Space::Fit::kYes || now_.host(seats_.front()) != row.host) return false;
    now_.take(queue, seats_);
    decider_.decide(workflow.key, event::AttemptPlaced{task, row.number, row.host, {}});
    return true;
  }

  // A group that is larger than max_parallel runs when nothing else of its workflow does.
  static bool within_cap(const WorkflowState& workflow, std::size_t tasks) {
    const std::uint32_t cap = workflow.spec->max_parallel;
    return cap == 0 || workflow.active + std::min<std::size_t>(tasks, cap) <= cap;
  }

  // Only once all of them have been tried: what one that does not fit kept from another could be what the other's group
  // has to go on with before the first one is served.
  void keep_places_of_admitted() {
    for (const Queue& queue : held_up_) keep_place(queue);
    held_up_.clear();
  }

  void keep_place(const Queue& queue) {
    now_.keep(queue.ref(), idle_);
    if (preemptor_) preemptor_->keep(queue.ref(), idle_);
  }

  Decider& decider_;
  State& state_;
  std::size_t budget_;
  Space now_;  // what is free, less what is kept
  const Space idle_;
  decltype(State::claims) claims_;                                                     // of the last placement
  std::optional<Preemptor> preemptor_;                                                 // made when it is needed
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates_;  // first in order on top
  std::vector<Queue> held_up_;                                                         // admitted ones that do not fit
  std::set<WorkflowKey> capped_;  // the next group of these does not fit under max_parallel
  bool somebody_waits_ = false;   // for a place, and came before those that are still to be looked at
  std::vector<Seat> seats_;
};

}  // namespace

bool place(Decider& decider, std::size_t budget) { return Placer(decider, budget).place(); }

}  // namespace sennit::core

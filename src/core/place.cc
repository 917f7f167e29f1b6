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
#include "core/room.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

// One shape and those who wait with it.
struct Queue {
  const Shape* shape = nullptr;
  std::set<QueueKey>* keys = nullptr;

  bool is_admitted() const { return shape->front().admitted; }
};

// The first of a queue.
struct Candidate {
  Queue queue;
  QueueKey key;
  TaskIndex task;

  // Whoever is let in already comes first: its group holds what others wait for until it is there.
  std::tuple<bool, std::uint8_t, WorkflowKey, TaskIndex> order() const {
    return {!queue.is_admitted(), key.rank, key.workflow, task};
  }
  friend bool operator>(const Candidate& a, const Candidate& b) { return a.order() > b.order(); }
};

class Placer {
 public:
  Placer(Decider& decider, std::size_t budget) : decider_(decider), state_(decider.state()), budget_(budget) {
    for (const auto& [id, host] : state_.hosts) {
      if (!host.joined) continue;
      rooms_.push_back(room_of(host));
      empty_rooms_.push_back(empty_room(id, host.capacity));
    }
  }

  bool place() {
    if (rooms_.empty()) return true;
    for (auto& [shape, keys] : state_.ready) offer({&shape, &keys});
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
      if (task) return Candidate{queue, key, *task};
      list_lane(state_, workflow, key.lane);
    }
    return std::nullopt;
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
      const bool waits = workflow.task(*task).status == Status::kScheduling && lane_of(workflow, *task) == lane;
      if (waits && !is_held_back(workflow, *task)) return;
      entries.pop();
    }
  }

  Outcome place(const Candidate& candidate) {
    WorkflowState& workflow = workflow_of(candidate.key);
    const Shape& shape = *candidate.queue.shape;
    const bool admitted = candidate.queue.is_admitted();
    if (!admitted) keep_places_of_admitted();
    if (!admitted && !within_cap(workflow, shape.size())) {
      if (send_ahead(candidate, workflow)) return Outcome::kGoOn;
      capped_.insert(workflow.key);
      return Outcome::kGoOn;
    }
    if (!find_seats(rooms_, shape, seats_)) {
      if (send_ahead(candidate, workflow)) return Outcome::kGoOn;
      somebody_waits_ = true;
      if (admitted) {
        held_up_.push_back(&shape);
      } else {
        keep_place(shape);
      }
      return Outcome::kBlocked;
    }
    const bool waits = must_measure(state_, rooms_, shape, seats_, decider_.now(), decider_.sink());
    take_seats(rooms_, shape, seats_);
    if (waits) {  // for an answer; what it is about to get is kept for it
      somebody_waits_ = true;
      return Outcome::kBlocked;
    }
    workflow.lanes[candidate.key.lane].pop();
    for (std::uint32_t i = 0; i < shape.size(); ++i) {
      const TaskIndex task(candidate.task.value() + i);
      decider_.decide(workflow.key, event::AttemptPlaced{task, workflow.task(task).number, rooms_[seats_[i].room].host,
                                                         seats_[i].gpus});
    }
    list_lane(state_, workflow, candidate.key.lane);
    return Outcome::kGoOn;
  }

  // To where an attempt of the same lane is about to end; never past somebody who waits for a place.
  bool send_ahead(const Candidate& candidate, WorkflowState& workflow) {
    const Shape& shape = *candidate.queue.shape;
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
    if (!find_seats(rooms_, shape, seats_) || rooms_[seats_.front().room].host != row.host) return false;
    take_seats(rooms_, shape, seats_);
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
    for (const Shape* shape : held_up_) keep_place(*shape);
    held_up_.clear();
  }

  // On the first host that could take it; nothing is kept for what can never run.
  void keep_place(const Shape& shape) {
    std::vector<Seat> unused;
    for (std::size_t i = 0; i < rooms_.size(); ++i) {
      if (!find_seats({empty_rooms_[i]}, shape, unused)) continue;
      reserve(rooms_[i], shape);
      return;
    }
  }

  Decider& decider_;
  State& state_;
  std::size_t budget_;
  std::vector<Room> rooms_;  // free, less what is kept
  std::vector<Room> empty_rooms_;
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates_;  // first in order on top
  std::vector<const Shape*> held_up_;                                                  // admitted ones that do not fit
  std::set<WorkflowKey> capped_;  // the next group of these does not fit under max_parallel
  bool somebody_waits_ = false;   // for a place, and came before those that are still to be looked at
  std::vector<Seat> seats_;
};

}  // namespace

bool place(Decider& decider, std::size_t budget) { return Placer(decider, budget).place(); }

}  // namespace sennit::core

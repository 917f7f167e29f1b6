#include "core/place.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/check.h"
#include "core/bookkeeping.h"
#include "core/room.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

// One shape and those who wait with it.
struct Queue {
  const Shape* shape = nullptr;
  std::set<QueueKey>* keys = nullptr;
  bool blocked = false;
};

// The first of a queue.
struct Candidate {
  Queue* queue = nullptr;
  QueueKey key;
  TaskIndex task;
};

class Placer {
 public:
  Placer(Decider& decider, std::size_t budget) : decider_(decider), state_(decider.state()), budget_(budget) {
    for (const auto& [id, host] : state_.hosts) {
      if (!host.joined) continue;
      rooms_.push_back(room_of(host));
      empty_rooms_.push_back(empty_room(id, host.capacity));
    }
    for (auto& [shape, keys] : state_.ready) queues_.push_back({&shape, &keys, false});
  }

  bool place() {
    if (rooms_.empty()) return true;
    while (const std::optional<Candidate> candidate = first_candidate()) {
      if (decider_.made() >= budget_) return false;
      place(*candidate);
    }
    return seat_those_behind();
  }

 private:
  std::optional<Candidate> first_candidate() {
    std::optional<Candidate> first;
    for (Queue& queue : queues_) {
      if (queue.blocked) continue;
      const std::optional<Candidate> candidate = front_of(queue);
      if (candidate && (!first || order(*candidate) < order(*first))) first = candidate;
    }
    return first;
  }

  // Whoever is let in already comes first: its group holds what others wait for until it is there.
  static std::tuple<bool, std::uint8_t, WorkflowKey, TaskIndex> order(const Candidate& candidate) {
    return {!is_admitted(*candidate.queue), candidate.key.rank, candidate.key.workflow, candidate.task};
  }

  std::optional<Candidate> front_of(Queue& queue) {
    auto it = queue.keys->begin();
    while (it != queue.keys->end()) {
      const QueueKey key = *it++;  // unlisting a lane takes its key out
      if (is_capped(queue, key.workflow)) continue;
      WorkflowState& workflow = workflow_of(key);
      drop_stale(workflow, key.lane);
      const std::optional<TaskIndex> task = workflow.lanes[key.lane].front();
      if (task) return Candidate{&queue, key, *task};
      list_lane(state_, workflow, key.lane);
    }
    return std::nullopt;
  }

  bool is_capped(const Queue& queue, WorkflowKey workflow) const {
    return !is_admitted(queue) && std::find(capped_.begin(), capped_.end(), workflow) != capped_.end();
  }

  static bool is_admitted(const Queue& queue) { return queue.shape->front().admitted; }

  WorkflowState& workflow_of(const QueueKey& key) {
    WorkflowState* workflow = state_.find(key.workflow);
    SENNIT_CHECK(workflow != nullptr);
    return *workflow;
  }

  // Entries whose task ended while it waited, or was placed through another entry.
  static void drop_stale(WorkflowState& workflow, std::uint32_t lane) {
    Lane& entries = workflow.lanes[lane];
    while (const std::optional<TaskIndex> task = entries.front()) {
      if (workflow.task(*task).status == Status::kScheduling && lane_of(workflow, *task) == lane) return;
      entries.pop();
    }
  }

  void place(const Candidate& candidate) {
    WorkflowState& workflow = workflow_of(candidate.key);
    const Shape& shape = *candidate.queue->shape;
    const bool admitted = is_admitted(*candidate.queue);
    if (!admitted) keep_places_of_admitted();
    if (!admitted && !within_cap(workflow, shape.size())) {
      if (!send_ahead(candidate, workflow)) capped_.push_back(workflow.key);
      return;
    }
    if (!find_seats(rooms_, shape, seats_)) {
      if (send_ahead(candidate, workflow)) return;
      candidate.queue->blocked = true;
      somebody_waits_ = true;
      if (admitted) {
        held_up_.push_back(&shape);
      } else {
        keep_place(shape);
      }
      return;
    }
    take_seats(rooms_, shape, seats_);
    workflow.lanes[candidate.key.lane].pop();
    for (std::uint32_t i = 0; i < shape.size(); ++i) {
      const TaskIndex task(candidate.task.value() + i);
      decider_.decide(workflow.key, event::AttemptPlaced{task, workflow.task(task).number, rooms_[seats_[i].room].host,
                                                         seats_[i].gpus});
    }
    list_lane(state_, workflow, candidate.key.lane);
  }

  // To where an attempt of the same lane is about to end; never past somebody who waits for a place.
  bool send_ahead(const Candidate& candidate, WorkflowState& workflow) {
    const Shape& shape = *candidate.queue->shape;
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
  std::vector<Queue> queues_;
  std::vector<const Shape*> held_up_;  // admitted ones that do not fit
  std::vector<WorkflowKey> capped_;    // the next group of these does not fit under max_parallel
  bool somebody_waits_ = false;        // for a place, and came before those that are still to be looked at
  std::vector<Seat> seats_;
};

}  // namespace

bool place(Decider& decider, std::size_t budget) { return Placer(decider, budget).place(); }

}  // namespace sennit::core

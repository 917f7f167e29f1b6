#include "core/place.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/check.h"
#include "core/bookkeeping.h"
#include "core/room.h"

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
    return true;
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
      capped_.push_back(workflow.key);
      return;
    }
    if (!find_seats(rooms_, shape, seats_)) {
      candidate.queue->blocked = true;
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
  std::vector<Seat> seats_;
};

}  // namespace

bool place(Decider& decider, std::size_t budget) { return Placer(decider, budget).place(); }

}  // namespace sennit::core

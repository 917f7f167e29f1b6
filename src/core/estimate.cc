#include "core/estimate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <queue>
#include <set>
#include <string>
#include <tuple>

#include "core/bookkeeping.h"
#include "core/room.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

constexpr std::size_t kNoBasis = std::numeric_limits<std::size_t>::max();
constexpr std::size_t kMostLooks = 2'000'000;  // at somebody who waits

// Something that is going to happen.
struct Coming {
  enum class Kind : std::uint8_t { kEnd, kReady };
  Instant at;
  Kind kind = Kind::kEnd;
  const WorkflowState* workflow = nullptr;
  TaskIndex task;
  std::size_t room = 0;
  GpuSet gpus;
  std::size_t runs = kNoBasis;

  friend bool operator>(const Coming& a, const Coming& b) {
    return std::tuple(a.at, a.workflow->key, a.task) > std::tuple(b.at, b.workflow->key, b.task);
  }
};

// Those of one workflow and one shape.
struct WaitingLane {
  const WorkflowState* workflow = nullptr;
  const Shape* shape = nullptr;
  std::size_t shape_number = 0;  // equal for equal shapes
  std::set<Waiter> waiters;
};

}  // namespace

class Forecast {
 public:
  Forecast(const State& state, const WorkflowState& workflow, const KnownDurations& durations, Instant now)
      : state_(state), workflow_(workflow), durations_(durations), now_(now), time_(now) {
    for (const auto& [id, host] : state.hosts) {
      if (!host.joined) continue;
      room_of_host_[id] = rooms_.size();
      rooms_.push_back(room_of(host));
      empty_rooms_.push_back(empty_room(id, host.capacity));
    }
  }

  Estimate run(const QueueOrder& queue) {
    take_in_what_runs();
    take_in_what_waits(queue);
    take_in_own();
    for (;;) {
      place_all();
      if (own_left_ == 0 || placed_ >= Estimate::kMostPlaced || looks_ >= kMostLooks || coming_.empty()) break;
      happen();
    }
    set_end();
    return std::move(estimate_);
  }

 private:
  using LaneKey = std::pair<WorkflowKey, std::uint32_t>;

  std::optional<PastDurations::Median> median(const WorkflowState& workflow, TaskIndex task) {
    const auto [it, added] = known_.try_emplace(workflow.key, nullptr);
    if (added) it->second = durations_(workflow);
    if (it->second == nullptr) return std::nullopt;
    return it->second->of(workflow.spec->name_of(task));
  }

  void take_in_what_runs() {
    for (const auto& [key, workflow] : state_.workflows) {
      if (workflow.active == 0) continue;
      active_[key] = workflow.active;
      for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) add_running(workflow, TaskIndex(t));
    }
  }

  void add_running(const WorkflowState& workflow, TaskIndex task) {
    const TaskState& row = workflow.task(task);
    if (!is_active(row.status)) return;
    const auto room = room_of_host_.find(row.host);
    const auto known = median(workflow, task);
    if (room == room_of_host_.end() || !known || is_behind(workflow, task)) return;
    const Instant from = row.started_at.is_set() ? row.started_at : row.placed_at;
    coming_.push({std::max(from + known->duration, now_), Coming::Kind::kEnd, &workflow, task, room->second, row.gpus,
                  known->runs});
  }

  void take_in_what_waits(const QueueOrder& queue) {
    for (const Waiter& waiter : queue.waiters()) add_waiter(waiter);
  }

  // The rest of the workflow that is asked about: who waits for whom, and retries that are not due yet.
  void take_in_own() {
    upstream_left_.reserve(workflow_.groups.size());
    left_in_group_.resize(workflow_.groups.size());
    for (const GroupState& group : workflow_.groups) upstream_left_.push_back(group.upstream_left);
    for (std::uint32_t t = 0; t < workflow_.tasks.size(); ++t) {
      const TaskState& row = workflow_.tasks[t];
      if (is_group_finished(row.status)) continue;
      ++own_left_;
      ++left_in_group_[workflow_.spec->tasks[t].group.value()];
      if (row.status != Status::kProcessing) continue;
      coming_.push({std::max(row.queued_at, now_), Coming::Kind::kReady, &workflow_, TaskIndex(t), 0, {}, kNoBasis});
    }
    own_at_first_ = own_left_;
  }

  void add_waiter(const Waiter& waiter) {
    const LaneKey key{waiter.workflow->key, waiter.key.lane};
    const auto [it, added] = lanes_.try_emplace(key);
    WaitingLane& lane = it->second;
    if (added) {
      lane.workflow = waiter.workflow;
      lane.shape = &waiter.workflow->lanes[waiter.key.lane].shape();
      lane.shape_number = shapes_.try_emplace(*lane.shape, shapes_.size()).first->second;
    }
    if (!lane.waiters.empty()) fronts_.erase(*lane.waiters.begin());
    lane.waiters.insert(waiter);
    fronts_.emplace(*lane.waiters.begin(), &lane);
  }

  // In order; whoever does not fit keeps its place from those who come after.
  void place_all() {
    std::vector<Room> open = rooms_;
    std::set<std::size_t> blocked;
    std::set<WorkflowKey> capped;
    for (auto front = fronts_.begin(); front != fronts_.end() && placed_ < Estimate::kMostPlaced;) {
      if (++looks_ >= kMostLooks) return;
      const auto [waiter, lane] = *front;
      if (blocked.contains(lane->shape_number) || capped.contains(waiter.key.workflow)) {
        ++front;
        continue;
      }
      if (!waiter.admitted && !within_cap(*lane)) {
        capped.insert(waiter.key.workflow);
        continue;
      }
      if (!find_seats(open, *lane->shape, seats_)) {
        blocked.insert(lane->shape_number);
        keep_place(open, *lane->shape);
        continue;
      }
      take_seats(open, *lane->shape, seats_);
      take_seats(rooms_, *lane->shape, seats_);
      start(waiter, *lane);
      front = fronts_.erase(front);
      lane->waiters.erase(waiter);
      // The next of the lane comes later in the order, so the walk will meet it.
      if (!lane->waiters.empty()) {
        const auto next = fronts_.emplace(*lane->waiters.begin(), lane).first;
        if (front == fronts_.end() || next->first < front->first) front = next;
      }
    }
  }

  bool within_cap(const WaitingLane& lane) {
    const std::uint32_t cap = lane.workflow->spec->max_parallel;
    return cap == 0 || active_[lane.workflow->key] + std::min<std::size_t>(lane.shape->size(), cap) <= cap;
  }

  void keep_place(std::vector<Room>& open, const Shape& shape) {
    std::vector<Seat> seats;
    if (!find_seats(empty_rooms_, shape, seats)) return;
    const std::map<std::size_t, Shape> parts = parts_of(shape, seats);
    Goods lacks;
    for (const auto& [room, part] : parts) lacks.add(shortage_of(open[room], part));
    for (const auto& [room, part] : parts) reserve(open[room], part, lacks);
  }

  void start(const Waiter& waiter, const WaitingLane& lane) {
    placed_ += lane.shape->size();
    active_[lane.workflow->key] += static_cast<std::uint32_t>(lane.shape->size());
    if (lane.workflow == &workflow_ && runs_ != kNoBasis)
      estimate_.starts_.try_emplace(waiter.task, Expected{time_, runs_});
    for (std::uint32_t i = 0; i < lane.shape->size(); ++i) {
      const TaskIndex task(waiter.task.value() + i);
      if (is_group_finished(lane.workflow->task(task).status)) {  // its group goes on without it
        leave(lane, i);
        continue;
      }
      const auto known = median(*lane.workflow, task);
      if (!known) continue;
      coming_.push({time_ + known->duration, Coming::Kind::kEnd, lane.workflow, task, seats_[i].room, seats_[i].gpus,
                    known->runs});
    }
  }

  // The one at `place` of the shape that was just seated.
  void leave(const WaitingLane& lane, std::size_t place) {
    return_seat(rooms_[seats_[place].room], (*lane.shape)[place], seats_[place].gpus);
    --active_[lane.workflow->key];
  }

  void happen() {
    const Coming next = coming_.top();
    coming_.pop();
    time_ = std::max(time_, next.at);
    runs_ = std::min(runs_, next.runs);
    if (next.kind == Coming::Kind::kReady) return add_waiter(waiter_of(state_, workflow_, next.task));
    return_seat(rooms_[next.room], needs_held(*next.workflow, next.task), next.gpus);
    --active_[next.workflow->key];
    if (next.workflow == &workflow_) end_own(next.task);
  }

  void end_own(TaskIndex task) {
    --own_left_;
    const GroupIndex group = workflow_.spec->tasks[task.value()].group;
    if (--left_in_group_[group.value()] > 0) return;
    for (const GroupIndex down : workflow_.spec->downstream.of(group)) {
      if (upstream_left_[down.value()] == 0 || --upstream_left_[down.value()] > 0) continue;
      const std::uint32_t lane = workflow_.group(down).lane;
      add_waiter({&workflow_, queue_key(state_, workflow_, lane), workflow_.spec->group(down).first_task, false});
    }
  }

  void set_end() {
    if (runs_ == kNoBasis) return;
    if (own_left_ == 0) {
      estimate_.end_ = Expected{time_, runs_};
      return;
    }
    const std::size_t done = own_at_first_ - own_left_;
    const bool cut_short = placed_ >= Estimate::kMostPlaced || looks_ >= kMostLooks;
    if (!cut_short || done == 0 || time_ <= now_) return;
    const double pace = static_cast<double>((time_ - now_).count()) / static_cast<double>(done);
    estimate_.end_ =
        Expected{now_ + Micros(static_cast<std::int64_t>(pace * static_cast<double>(own_at_first_))), runs_};
  }

  const State& state_;
  const WorkflowState& workflow_;
  const KnownDurations& durations_;
  Instant now_;
  Instant time_;
  std::vector<Room> rooms_;
  std::vector<Room> empty_rooms_;
  std::map<HostId, std::size_t> room_of_host_;
  std::map<WorkflowKey, std::uint32_t> active_;
  std::map<WorkflowKey, const PastDurations*> known_;
  std::map<LaneKey, WaitingLane> lanes_;
  std::map<Shape, std::size_t> shapes_;
  std::map<Waiter, WaitingLane*> fronts_;  // the first of each lane
  std::priority_queue<Coming, std::vector<Coming>, std::greater<>> coming_;
  std::vector<Seat> seats_;
  std::vector<std::uint32_t> upstream_left_;  // by group of the workflow
  std::vector<std::uint32_t> left_in_group_;
  std::size_t own_left_ = 0;  // tasks
  std::size_t own_at_first_ = 0;
  std::size_t placed_ = 0;
  std::size_t looks_ = 0;
  std::size_t runs_ = kNoBasis;
  Estimate estimate_;
};

Estimate Estimate::of(const State& state, const QueueOrder& queue, const WorkflowState& workflow,
                      const KnownDurations& durations, Instant now) {
  if (is_finished(workflow.status) || workflow.canceled) return {};
  return Forecast(state, workflow, durations, now).run(queue);
}

std::optional<Expected> Estimate::start_of(TaskIndex task) const {
  const auto found = starts_.find(task);
  return found == starts_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Expected> expected_end(const WorkflowState& workflow, TaskIndex task, const PastDurations& durations) {
  const TaskState& row = workflow.task(task);
  const auto known = durations.of(workflow.spec->name_of(task));
  if (!known || row.status != Status::kRunning) return std::nullopt;
  return Expected{row.started_at + known->duration, known->runs};
}

std::optional<ExpectedUse> expected_gpu_time(const WorkflowState& workflow, const PastDurations& durations,
                                             Instant now) {
  ExpectedUse use{.gpu_time = gpu_time_until(workflow, now), .runs = kNoBasis};
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    const TaskIndex task(t);
    const TaskState& row = workflow.task(task);
    const std::uint32_t gpus = needs_held(workflow, task).gpus_wanted();
    if (gpus == 0 || is_group_finished(row.status)) continue;
    const auto known = durations.of(workflow.spec->name_of(task));
    if (!known) return std::nullopt;
    const Micros spent = is_active(row.status) ? now - row.placed_at : Micros(0);
    const std::uint64_t paid = paid_thousandths(workflow.spec->resources_of(task), gpus, gpu_part_of(workflow, task));
    add_gpu_time(use.gpu_time, workflow, task, paid, known->duration - spent);
    use.runs = std::min(use.runs, known->runs);
  }
  if (use.runs == kNoBasis) return std::nullopt;
  return use;
}

std::string about(Micros duration) {
  constexpr std::int64_t kSecond = 1'000'000;
  const std::int64_t seconds = (std::max<std::int64_t>(duration.count(), 0) + kSecond / 2) / kSecond;
  if (seconds < 60) return fmt::format("about {} s", std::max<std::int64_t>(seconds, 1));
  const std::int64_t minutes = (seconds + 30) / 60;
  if (minutes < 60) return fmt::format("about {} min", minutes);
  if (minutes < 48 * 60) {
    return minutes % 60 == 0 ? fmt::format("about {} h", minutes / 60)
                             : fmt::format("about {} h {} min", minutes / 60, minutes % 60);
  }
  return fmt::format("about {} days", (minutes + 12 * 60) / (24 * 60));
}

std::string basis(std::size_t runs) { return runs == 1 ? "from 1 run" : fmt::format("median of {} runs", runs); }

}  // namespace sennit::core

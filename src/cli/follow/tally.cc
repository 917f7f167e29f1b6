#include "cli/follow/tally.h"

#include <algorithm>

#include "model/standing.h"

namespace sennit::cli {

bool is_own_failure(std::string_view status) { return standing_of(status) == Standing::kFailed; }

std::optional<Instant> Tally::started(const std::string& task) const {
  const auto found = running_.find(task);
  if (found == running_.end()) return std::nullopt;
  return found->second.at;
}

std::vector<Tally::Running> Tally::longest_running(std::size_t most) const {
  std::vector<Running> tasks;
  for (const auto& [start, task] : by_start_) {
    if (tasks.size() == most) break;
    const auto progress = progress_.find(task);
    tasks.push_back({.task = task,
                     .start = start,
                     .gpus = running_.at(task).gpus,
                     .progress = progress == progress_.end() ? "" : progress->second});
  }
  return tasks;
}

void Tally::take_start(const views::EventView& event) {
  const auto placed = placed_.find(event.task);
  std::string gpus = placed == placed_.end() ? "" : placed->second;
  if (placed != placed_.end()) placed_.erase(placed);
  if (!running_.emplace(event.task, Started{event.at, std::move(gpus)}).second) return;
  by_start_.emplace(event.at, event.task);
  ++counts_.running;
  if (counts_.waiting > 0) --counts_.waiting;
}

void Tally::leave_running(const std::string& task) {
  placed_.erase(task);
  progress_.erase(task);
  const auto found = running_.find(task);
  if (found == running_.end()) {
    if (counts_.waiting > 0) --counts_.waiting;
    return;
  }
  by_start_.erase({found->second.at, task});
  running_.erase(found);
  if (counts_.running > 0) --counts_.running;
}

void Tally::take_end(const views::EventView& event) {
  if (const std::optional<Instant> start = started(event.task)) {
    const Timed timed{event.task, event.at - *start};
    const auto place = std::find_if(slowest_.begin(), slowest_.end(),
                                    [&timed](const Timed& other) { return other.duration < timed.duration; });
    slowest_.insert(place, timed);
    if (slowest_.size() > kSlowest) slowest_.pop_back();
  }
  leave_running(event.task);
  if (event.status == "COMPLETED") {
    ++counts_.completed;
  } else if (is_own_failure(event.status)) {
    ++counts_.failed;
    causes_.add(event);
  } else {
    ++counts_.canceled;
  }
}

void Tally::take_task(const views::EventView& event) {
  if (event.kind == "placed") {
    if (!event.gpus.empty()) placed_[event.task] = event.gpus;
  } else if (event.kind == "started") {
    take_start(event);
  } else if (event.kind == "ended") {
    take_end(event);
  } else if (event.kind == "rescheduled") {
    leave_running(event.task);
    ++counts_.waiting;
  }
}

void Tally::take_workflow(const views::EventView& event) {
  if (event.kind == "paused" || event.kind == "resumed") {
    paused_ = event.kind == "paused";
  } else if (event.kind == "cancel_asked") {
    cancelling_ = true;
  } else if (event.kind == "reopened") {
    causes_.clear();
    first_ = event.at;
    status_ = event.status;
    message_.clear();
    cancelling_ = false;
  } else if (event.kind == "workflow" || event.kind == "end" || event.kind == "progress") {
    if (!event.status.empty()) status_ = event.status;
    if (!event.message.empty()) message_ = event.message;
    if (event.cost) cost_ = event.cost;
  }
}

void Tally::take(const views::EventView& event) {
  if (event.at.is_set() && event.seq != 0) {  // what is not journaled says when it was told, not when it happened
    if (!first_.is_set()) first_ = event.at;
    last_ = event.at;
  }
  if (event.counts) counts_ = *event.counts;
  if (event.task.empty()) {
    take_workflow(event);
  } else {
    take_task(event);
  }
}

}  // namespace sennit::cli

#include "cli/follow/tally.h"

#include <algorithm>

namespace sennit::cli {

bool is_own_failure(std::string_view status) {
  return status.starts_with("FAILED") && status != "FAILED_UPSTREAM" && status != "FAILED_CANCELED";
}

std::optional<Instant> Tally::started(const std::string& task) const {
  const auto found = running_.find(task);
  if (found == running_.end()) return std::nullopt;
  return found->second;
}

void Tally::leave_running(const std::string& task) {
  if (running_.erase(task) > 0 && counts_.running > 0) {
    --counts_.running;
  } else if (counts_.waiting > 0) {
    --counts_.waiting;
  }
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
    if (failures_.size() < kMostFailures) failures_.push_back(event.task);
  } else {
    ++counts_.canceled;
  }
}

void Tally::take(const views::EventView& event) {
  if (event.at.is_set() && event.seq != 0) {  // what is not journaled says when it was told, not when it happened
    if (!first_.is_set()) first_ = event.at;
    last_ = event.at;
  }
  if (event.counts) counts_ = *event.counts;
  if (event.kind == "started" && !event.task.empty()) {
    if (running_.emplace(event.task, event.at).second) {
      ++counts_.running;
      if (counts_.waiting > 0) --counts_.waiting;
    }
  } else if (event.kind == "ended" && !event.task.empty()) {
    take_end(event);
  } else if (event.kind == "rescheduled" && !event.task.empty()) {
    leave_running(event.task);
    ++counts_.waiting;
  } else if (event.kind == "reopened") {
    failures_.clear();
    first_ = event.at;
    status_ = event.status;
    message_.clear();
  } else if (event.kind == "workflow" || event.kind == "end") {
    if (!event.status.empty()) status_ = event.status;
    if (!event.message.empty()) message_ = event.message;
    if (event.cost) cost_ = event.cost;
  }
}

}  // namespace sennit::cli

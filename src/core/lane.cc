#include "core/lane.h"

#include <algorithm>
#include <functional>

namespace sennit::core {

void Lane::push(TaskIndex first_task) {
  const std::uint32_t value = first_task.value();
  if (next_ == run_.size()) {
    run_.clear();
    next_ = 0;
  }
  if (run_.empty() || run_.back() < value) {
    run_.push_back(value);
    return;
  }
  heap_.push_back(value);
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
}

std::optional<TaskIndex> Lane::front() const {
  if (empty()) return std::nullopt;
  if (heap_.empty()) return TaskIndex(run_[next_]);
  if (next_ == run_.size()) return TaskIndex(heap_.front());
  return TaskIndex(std::min(run_[next_], heap_.front()));
}

void Lane::pop() {
  const bool from_run = next_ < run_.size() && (heap_.empty() || run_[next_] <= heap_.front());
  if (from_run) {
    ++next_;
    return;
  }
  std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
  heap_.pop_back();
}

bool Lane::contains(TaskIndex task) const {
  const auto begin = run_.begin() + static_cast<std::ptrdiff_t>(next_);
  return std::find(begin, run_.end(), task.value()) != run_.end() ||
         std::find(heap_.begin(), heap_.end(), task.value()) != heap_.end();
}

}  // namespace sennit::core

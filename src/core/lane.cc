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

Lane::InOrder::InOrder(const Lane& lane) : lane_(&lane), next_(lane.next_) { add_to_frontier(0); }

void Lane::InOrder::add_to_frontier(std::size_t at) {
  if (at >= lane_->heap_.size()) return;
  frontier_.push_back(at);
  std::ranges::push_heap(frontier_, std::greater(), [this](std::size_t i) { return lane_->heap_[i]; });
}

std::optional<TaskIndex> Lane::InOrder::peek() const {
  const bool in_run = next_ < lane_->run_.size();
  if (frontier_.empty()) return in_run ? std::optional(TaskIndex(lane_->run_[next_])) : std::nullopt;
  const std::uint32_t smallest = lane_->heap_[top()];
  return TaskIndex(in_run ? std::min(lane_->run_[next_], smallest) : smallest);
}

void Lane::InOrder::advance() {
  const bool in_run = next_ < lane_->run_.size();
  if (in_run && (frontier_.empty() || lane_->run_[next_] <= lane_->heap_[top()])) {
    ++next_;
    return;
  }
  const std::size_t taken = top();
  std::ranges::pop_heap(frontier_, std::greater(), [this](std::size_t i) { return lane_->heap_[i]; });
  frontier_.pop_back();
  add_to_frontier(2 * taken + 1);  // its children: what comes after it lies below it
  add_to_frontier(2 * taken + 2);
}

bool Lane::contains(TaskIndex task) const {
  const auto begin = run_.begin() + static_cast<std::ptrdiff_t>(next_);
  return std::find(begin, run_.end(), task.value()) != run_.end() ||
         std::find(heap_.begin(), heap_.end(), task.value()) != heap_.end();
}

}  // namespace sennit::core

#include "core/deadlines.h"

#include <algorithm>
#include <functional>

namespace sennit::core {

void DeadlineQueue::push(const Deadline& deadline) {
  heap_.push_back(deadline);
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
}

void DeadlineQueue::pop() {
  std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
  heap_.pop_back();
  if (stale_ > 0) --stale_;
}

void DeadlineQueue::rebuild() { std::make_heap(heap_.begin(), heap_.end(), std::greater<>()); }

}  // namespace sennit::core

// The groups (or retries) of one workflow and one shape that wait for resources, lowest file position first.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/shape.h"
#include "model/ids.h"

namespace sennit::core {

// Tasks that became ready in file order lie in a run that is taken from its front; the others in a heap. Entries are
// not removed when their task stops waiting: whoever takes one checks that it still waits.
class Lane {
 public:
  explicit Lane(Shape shape) : shape_(std::move(shape)) {}

  std::optional<TaskIndex> listed;  // in State::ready, with this front

  void push(TaskIndex first_task);
  std::optional<TaskIndex> front() const;
  void pop();
  bool empty() const { return next_ == run_.size() && heap_.empty(); }
  std::size_t size() const { return run_.size() - next_ + heap_.size(); }
  const Shape& shape() const { return shape_; }

  // Its entries in order, without taking them out; looks at no more of them than are asked for. Good until the lane
  // changes.
  class InOrder {
   public:
    explicit InOrder(const Lane& lane);
    std::optional<TaskIndex> peek() const;
    void advance();

   private:
    std::size_t top() const { return frontier_.front(); }
    void add_to_frontier(std::size_t at);

    const Lane* lane_;                   // never null
    std::size_t next_;                   // in its run
    std::vector<std::size_t> frontier_;  // a heap of those in its heap that may be next
  };

  // Calls `visit` for each entry until it returns false. Not in order where entries came out of order.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t i = next_; i < run_.size(); ++i) {
      if (!visit(TaskIndex(run_[i]))) return;
    }
    for (const std::uint32_t task : heap_) {
      if (!visit(TaskIndex(task))) return;
    }
  }
  bool contains(TaskIndex task) const;  // linear: for invariants

 private:
  Shape shape_;
  std::vector<std::uint32_t> run_;
  std::size_t next_ = 0;
  std::vector<std::uint32_t> heap_;  // smallest on top
};

}  // namespace sennit::core

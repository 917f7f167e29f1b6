// Who waits for resources, in the order in which they are served: for "3rd of 17" and for the forecast.
//
// Made when somebody asks; costs one pass over the unfinished workflows and what waits in them, and a sort of it.
#pragma once

#include <cstddef>
#include <optional>
#include <tuple>
#include <vector>

#include "core/state.h"

namespace sennit::core {

// A group that waits as one, or a task of a group that has been let in before.
struct Waiter {
  const WorkflowState* workflow = nullptr;  // the state's: good until the next step
  QueueKey key;
  TaskIndex task;  // the group's first
  bool admitted = false;

  // As the placement has it (core/place.cc), but for what pools owe each other: that changes while they wait.
  std::tuple<bool, std::int64_t, WorkflowKey, TaskIndex> order() const {
    return {!admitted, key.turn, key.workflow, task};
  }
  friend bool operator<(const Waiter& a, const Waiter& b) { return a.order() < b.order(); }
};

class QueueOrder {
 public:
  explicit QueueOrder(const State& state);

  struct Place {
    std::size_t place = 0;  // 1: the first
    std::size_t of = 0;
  };
  // Nothing for a task that does not wait for resources.
  std::optional<Place> of(const WorkflowState& workflow, TaskIndex task) const;

  const std::vector<Waiter>& waiters() const { return waiters_; }  // first in order first

 private:
  const State* state_;  // never null
  std::vector<Waiter> waiters_;
};

// How a task waits, whether it does or not: as its group, or by itself.
Waiter waiter_of(const State& state, const WorkflowState& workflow, TaskIndex task);

}  // namespace sennit::core

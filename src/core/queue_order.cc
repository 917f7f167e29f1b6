#include "core/queue_order.h"

#include <algorithm>

#include "core/bookkeeping.h"

namespace sennit::core {
namespace {

void add_lane(const State& state, const WorkflowState& workflow, std::uint32_t index, std::vector<Waiter>& waiters) {
  const Lane& lane = workflow.lanes[index];
  const QueueKey key = queue_key(state, workflow, index);
  lane.each([&](TaskIndex task) {
    // An entry stays when its task was placed through another one, or has ended.
    if (waits_in(workflow, task, index)) waiters.push_back({&workflow, key, task, lane.shape().front().admitted});
    return true;
  });
}

}  // namespace

Waiter waiter_of(const State& state, const WorkflowState& workflow, TaskIndex task) {
  const std::uint32_t lane = lane_of(workflow, task);
  const GroupIndex group = workflow.spec->tasks[task.value()].group;
  const bool as_one = lane == workflow.group(group).lane;
  return {&workflow, queue_key(state, workflow, lane), as_one ? workflow.spec->group(group).first_task : task,
          workflow.lanes[lane].shape().front().admitted};
}

QueueOrder::QueueOrder(const State& state) : state_(&state) {
  for (const auto& [key, workflow] : state.workflows) {
    if (workflow.canceled || is_finished(workflow.status)) continue;
    for (std::uint32_t lane = 0; lane < workflow.lanes.size(); ++lane) {
      if (!workflow.lanes[lane].empty()) add_lane(state, workflow, lane, waiters_);
    }
  }
  std::sort(waiters_.begin(), waiters_.end());
  const auto same = [](const Waiter& a, const Waiter& b) { return a.order() == b.order(); };
  waiters_.erase(std::unique(waiters_.begin(), waiters_.end(), same), waiters_.end());
}

std::optional<QueueOrder::Place> QueueOrder::of(const WorkflowState& workflow, TaskIndex task) const {
  const Waiter wanted = waiter_of(*state_, workflow, task);
  const auto at = std::lower_bound(waiters_.begin(), waiters_.end(), wanted);
  if (at == waiters_.end() || wanted < *at) return std::nullopt;
  return Place{static_cast<std::size_t>(at - waiters_.begin()) + 1, waiters_.size()};
}

}  // namespace sennit::core

#include "core/state.h"

#include <algorithm>

namespace sennit::core {
namespace {

template <class Gangs>
auto* find_gang(Gangs& gangs, GroupIndex group) {
  const auto it = std::lower_bound(gangs.begin(), gangs.end(), group,
                                   [](const GangState& gang, GroupIndex wanted) { return gang.group < wanted; });
  return it != gangs.end() && it->group == group ? &*it : nullptr;
}

}  // namespace

GangState* WorkflowState::gang(GroupIndex index) {
  return spec->group(index).task_count > 1 ? find_gang(gangs, index) : nullptr;
}

const GangState* WorkflowState::gang(GroupIndex index) const {
  return spec->group(index).task_count > 1 ? find_gang(gangs, index) : nullptr;
}

WorkflowState* State::find(WorkflowKey key) {
  const auto it = workflows.find(key);
  return it == workflows.end() ? nullptr : &it->second;
}

const WorkflowState* State::find(WorkflowKey key) const {
  const auto it = workflows.find(key);
  return it == workflows.end() ? nullptr : &it->second;
}

AttemptId attempt_of(const State& state, const WorkflowState& workflow, TaskIndex task) {
  return {state.instance, workflow.key, task, workflow.task(task).number};
}

}  // namespace sennit::core

#include "drawing/flow.h"

#include <string_view>
#include <unordered_map>

#include "model/standing.h"

namespace sennit::drawing {

State state_of(std::string_view status) {
  if (status.empty()) return State::kNone;
  switch (standing_of(status)) {
    case Standing::kWaiting:
    case Standing::kReady: return State::kWaiting;
    case Standing::kRunning: return State::kRunning;
    case Standing::kCompleted: return State::kCompleted;
    case Standing::kFailed: return State::kFailed;
    case Standing::kCanceled: return State::kSkipped;
  }
  return State::kNone;
}

std::string_view name_of(State state) {
  switch (state) {
    case State::kNone: break;
    case State::kWaiting: return "waiting";
    case State::kRunning: return "running";
    case State::kCompleted: return "completed";
    case State::kFailed: return "failed";
    case State::kSkipped: return "not run";
  }
  return "";
}

Flow flow_of(const Workflow& workflow) {
  Flow flow;
  flow.name = workflow.name;
  for (std::uint32_t at = 0; at < workflow.groups.size(); ++at) {
    const GroupSpec& spec = workflow.groups[at];
    flow.groups.push_back({.name = workflow.name_of(GroupIndex(at)),
                           .named = spec.name.size > 0,
                           .status = "",
                           .first_task = spec.first_task.value(),
                           .task_count = spec.task_count});
    for (const GroupIndex next : workflow.downstream.of(GroupIndex(at))) flow.edges.push_back({at, next.value()});
  }
  for (std::uint32_t at = 0; at < workflow.tasks.size(); ++at) {
    flow.tasks.push_back(
        {.name = std::string(workflow.name_of(TaskIndex(at))), .status = "", .lead = workflow.tasks[at].lead});
  }
  return flow;
}

Flow flow_of(const views::WorkflowView& view) {
  Flow flow;
  flow.name = view.workflow_name;
  flow.id = view.name;
  flow.status = view.status;
  std::unordered_map<std::string_view, std::uint32_t> position;
  for (const views::GroupView& group : view.groups) {
    position.emplace(group.name, static_cast<std::uint32_t>(flow.groups.size()));
    const bool named = group.tasks.size() != 1 || group.name != group.tasks.front().name + "-group";
    flow.groups.push_back({.name = group.name,
                           .named = named,
                           .status = group.status,
                           .first_task = static_cast<std::uint32_t>(flow.tasks.size()),
                           .task_count = static_cast<std::uint32_t>(group.tasks.size())});
    for (const views::TaskView& task : group.tasks) flow.tasks.push_back({task.name, task.status, task.lead});
  }
  for (std::uint32_t at = 0; at < view.groups.size(); ++at) {
    for (const std::string& next : view.groups[at].downstream_groups) {
      const auto found = position.find(next);
      if (found != position.end()) flow.edges.push_back({at, found->second});
    }
  }
  return flow;
}

}  // namespace sennit::drawing

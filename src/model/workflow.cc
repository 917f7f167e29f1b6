#include "model/workflow.h"

namespace sennit {

std::string Workflow::name_of(GroupIndex index) const {
  const GroupSpec& spec = group(index);
  if (spec.name.size > 0) return names.substr(spec.name.at, spec.name.size);
  return std::string(name_of(spec.first_task)) + "-group";
}

TaskIndex Workflow::lead_of(GroupIndex index) const {
  const GroupSpec& spec = group(index);
  for (std::uint32_t i = 0; i < spec.task_count; ++i) {
    const TaskIndex task(spec.first_task.value() + i);
    if (tasks[task.value()].lead) return task;
  }
  return spec.first_task;
}

std::optional<TaskIndex> find_task(const Workflow& workflow, std::string_view name) {
  for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
    if (workflow.name_of(TaskIndex(i)) == name) return TaskIndex(i);
  }
  return std::nullopt;
}

}  // namespace sennit

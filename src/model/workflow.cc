#include "model/workflow.h"

#include <limits>

namespace sennit {

std::string_view to_string(Priority priority) {
  switch (priority) {
    case Priority::kLow: return "LOW";
    case Priority::kNormal: return "NORMAL";
    case Priority::kHigh: return "HIGH";
  }
  return "NORMAL";
}

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

Result<void> change_bodies(Workflow& workflow, std::span<const TaskIndex> tasks,
                           const std::function<void(TaskIndex, TaskBody&)>& change) {
  std::string bodies;
  bodies.reserve(workflow.bodies.size() + tasks.size() * 4);
  std::vector<TextRef> places;
  places.reserve(workflow.tasks.size());
  auto next = tasks.begin();
  for (std::uint32_t i = 0; i < workflow.tasks.size(); ++i) {
    const std::size_t at = bodies.size();
    if (next != tasks.end() && *next == TaskIndex(i)) {
      SENNIT_ASSIGN(TaskBody body, workflow.body_of(*next));
      change(*next++, body);
      encode(body, bodies);
    } else {
      bodies.append(workflow.body_bytes(TaskIndex(i)));
    }
    places.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(bodies.size() - at)});
  }
  if (bodies.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Error(ErrorCode::kExhausted, "the text of all tasks together is larger than 4 GiB");
  }
  for (std::size_t i = 0; i < places.size(); ++i) workflow.tasks[i].body = places[i];
  workflow.bodies = std::move(bodies);
  return {};
}

}  // namespace sennit

#include "core/end_reasons.h"

#include <fmt/format.h>

#include <optional>

#include "core/explain_words.h"

namespace sennit::core {
namespace {

// One that failed by itself explains more than those that were stopped because of it, and the lead more than others.
std::optional<TaskIndex> first_failed(const WorkflowState& workflow, GroupIndex group) {
  std::optional<TaskIndex> found;
  for (const TaskIndex task : TaskRange(workflow.spec->group(group))) {
    const TaskState& row = workflow.task(task);
    if (!is_failed(row.status)) continue;
    const bool by_itself = row.stopping == StopReason::kNone;
    if (by_itself && workflow.spec->tasks[task.value()].lead) return task;
    if (!found || (by_itself && workflow.task(*found).stopping != StopReason::kNone)) found = task;
  }
  return found;
}

std::string failure_of(const WorkflowState& workflow, TaskIndex task) {
  return fmt::format("{} {}", workflow.spec->name_of(task), failure_text(workflow, workflow.task(task)));
}

}  // namespace

std::string reason_of_group(const WorkflowState& workflow, GroupIndex group) {
  const GangState* gang = workflow.gang(group);
  if (gang == nullptr) return {};
  const bool lead_decides = workflow.spec->group(group).ignore_nonlead_status;
  if (lead_decides && workflow.task(gang->lead).status == Status::kCompleted) {
    return fmt::format("its lead {} completed", workflow.spec->name_of(gang->lead));
  }
  const std::optional<TaskIndex> failed = first_failed(workflow, group);
  return failed ? failure_of(workflow, *failed) : "all of its tasks completed";
}

std::string reason_of_failure(const WorkflowState& workflow) {
  std::optional<GroupIndex> first;
  std::uint32_t failed = 0;
  for (std::uint32_t g = 0; g < workflow.groups.size(); ++g) {
    const Status status = workflow.groups[g].status;
    if (!is_failed(status) || status == Status::kFailedUpstream) continue;
    if (!first) first = GroupIndex(g);
    ++failed;
  }
  const std::optional<TaskIndex> task = first ? first_failed(workflow, *first) : std::nullopt;
  if (!task) return {};
  const std::string text = failure_of(workflow, *task);
  return failed == 1 ? text : fmt::format("{}, and {} more", text, plural(failed - 1, "group"));
}

}  // namespace sennit::core

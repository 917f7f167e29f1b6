#include "core/succession.h"

#include <algorithm>

#include "base/check.h"
#include "core/bookkeeping.h"
#include "core/pause.h"

namespace sennit::core {
namespace {

// `followable` is a list of hints; this is whether one of them still holds.
bool can_be_followed(const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  return is_seated(workflow, task) && row.stopping == StopReason::kNone && !is_paused(workflow, task) &&
         !workflow.next_up.contains(task);
}

}  // namespace

bool is_behind(const WorkflowState& workflow, TaskIndex task) {
  return !workflow.behind.empty() && workflow.behind.contains(task);
}

bool is_seated(const WorkflowState& workflow, TaskIndex task) {
  return is_active(workflow.task(task).status) && !is_behind(workflow, task);
}

std::optional<TaskIndex> ahead_of(const WorkflowState& workflow, TaskIndex task) {
  const auto found = workflow.behind.find(task);
  if (found == workflow.behind.end()) return std::nullopt;
  return found->second;
}

std::optional<TaskIndex> next_in_line(const WorkflowState& workflow, TaskIndex task) {
  const auto found = workflow.next_up.find(task);
  if (found == workflow.next_up.end()) return std::nullopt;
  return found->second;
}

void put_behind(State& state, WorkflowState& workflow, TaskIndex task, TaskIndex ahead) {
  workflow.behind.emplace(task, ahead);
  const bool alone = workflow.next_up.emplace(ahead, task).second;
  SENNIT_CHECK(alone);
  state.lines.insert(workflow.key);
}

void step_out(State& state, WorkflowState& workflow, TaskIndex task) {
  const auto found = workflow.behind.find(task);
  SENNIT_CHECK(found != workflow.behind.end());
  workflow.next_up.erase(found->second);
  workflow.behind.erase(found);
  if (workflow.behind.empty()) state.lines.erase(workflow.key);
}

void note_seat(WorkflowState& workflow, TaskIndex task) {
  if (workflow.quick_in_a_row < kQuickInARow) return;
  workflow.followable.push_back(task);
  // Hints are taken out where they are used; where nothing waits to be sent ahead, they are thrown away here.
  if (workflow.followable.size() <= 2 * std::size_t{workflow.active} + 16) return;
  std::erase_if(workflow.followable, [&](TaskIndex hint) { return !can_be_followed(workflow, hint); });
}

void note_end(WorkflowState& workflow, TaskIndex task, Instant at) {
  const Instant started = workflow.task(task).started_at;
  const bool quick = started.is_set() && at - started <= kQuick;
  if (!quick) {
    workflow.quick_in_a_row = 0;
    workflow.followable.clear();
  } else if (workflow.quick_in_a_row < kQuickInARow) {
    ++workflow.quick_in_a_row;
  }
}

void derive_next_up(WorkflowState& workflow) {
  workflow.next_up.clear();
  for (const auto& [task, ahead] : workflow.behind) workflow.next_up.emplace(ahead, task);
}

bool may_send_ahead(const WorkflowState& workflow) { return !workflow.followable.empty(); }

std::optional<TaskIndex> take_followable(WorkflowState& workflow, std::uint32_t lane) {
  std::vector<TaskIndex>& hints = workflow.followable;
  for (std::size_t i = hints.size(); i-- > 0;) {
    const TaskIndex hint = hints[i];
    const bool good = can_be_followed(workflow, hint);
    if (good && lane_of(workflow, hint) != lane) continue;
    hints.erase(hints.begin() + static_cast<std::ptrdiff_t>(i));
    if (good) return hint;
  }
  return std::nullopt;
}

}  // namespace sennit::core

#include "core/incarnation.h"

namespace sennit::core {
namespace {

// Null for a task that was never restarted.
template <class State>
auto* find(State& workflow, TaskIndex task) {
  const auto found = workflow.restarts.find(task);
  return found == workflow.restarts.end() ? nullptr : &found->second;
}

}  // namespace

std::uint32_t incarnation_of(const WorkflowState& workflow, TaskIndex task) {
  const Restarts* restarts = find(workflow, task);
  return restarts == nullptr ? 0 : restarts->incarnation;
}

bool has_begun(const WorkflowState& workflow, TaskIndex task) {
  if (workflow.task(task).status != Status::kRunning) return false;
  const Restarts* restarts = find(workflow, task);
  return restarts == nullptr || !restarts->starting;
}

std::uint32_t retries_used(const WorkflowState& workflow, TaskIndex task) {
  const TaskState& row = workflow.task(task);
  const Restarts* restarts = find(workflow, task);
  return row.number - row.free_retries + (restarts == nullptr ? 0 : restarts->counted);
}

void note_restart(WorkflowState& workflow, const event::AttemptRestarted& restarted, std::uint32_t message) {
  Restarts& restarts = workflow.restarts[restarted.task];
  restarts.incarnation = restarted.incarnation;
  restarts.message = message;
  restarts.starting = true;
  if (restarted.cause == event::AttemptRestarted::Cause::kExitAction) ++restarts.counted;
}

void note_begun_or_over(WorkflowState& workflow, TaskIndex task) {
  if (Restarts* restarts = find(workflow, task)) restarts->starting = false;
}

void note_new_attempt(WorkflowState& workflow, TaskIndex task) {
  Restarts* restarts = find(workflow, task);
  if (restarts == nullptr) return;
  const std::uint32_t counted = restarts->counted;
  workflow.restarts.erase(task);
  if (counted > 0) workflow.restarts[task].counted = counted;
}

}  // namespace sennit::core

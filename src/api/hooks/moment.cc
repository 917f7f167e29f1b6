#include "api/hooks/moment.h"

#include <algorithm>

#include "api/event_view.h"
#include "base/wildcard.h"

namespace sennit::api {
namespace {

using spec::HookOccasion;
using spec::HookScope;

template <class... Occasions>
constexpr std::uint16_t bits(Occasions... occasions) {
  return static_cast<std::uint16_t>(((1U << static_cast<unsigned>(occasions)) | ... | 0U));
}

Moment of_workflow(std::uint16_t on) { return {HookScope::kWorkflow, on}; }
Moment of_task(std::uint16_t on) { return {HookScope::kTask, on}; }

// Nothing: nobody waits for such events.
struct Meaning {
  Moment operator()(const event::Submitted& /*what*/) const { return of_workflow(bits(HookOccasion::kSubmit)); }
  Moment operator()(const event::WorkflowMoved& what) const {
    if (what.to == WorkflowStatus::kRunning) return of_workflow(bits(HookOccasion::kStart));
    if (what.to == WorkflowStatus::kCompleted) return of_workflow(bits(HookOccasion::kSuccess, HookOccasion::kEnd));
    if (what.to == WorkflowStatus::kFailedCanceled) return of_workflow(bits(HookOccasion::kCancel, HookOccasion::kEnd));
    if (is_failed(what.to)) return of_workflow(bits(HookOccasion::kFailure, HookOccasion::kEnd));
    return {};
  }
  Moment operator()(const event::Reopened& /*what*/) const { return of_workflow(bits(HookOccasion::kResume)); }
  Moment operator()(const event::Paused& what) const {
    return {what.task ? HookScope::kTask : HookScope::kWorkflow, bits(HookOccasion::kPause)};
  }
  Moment operator()(const event::Resumed& what) const {
    return {what.task ? HookScope::kTask : HookScope::kWorkflow, bits(HookOccasion::kResume)};
  }
  Moment operator()(const event::AttemptStarted& /*what*/) const { return of_task(bits(HookOccasion::kStart)); }
  Moment operator()(const event::TaskEnded& what) const {
    switch (what.to) {
      case Status::kCompleted: return of_task(bits(HookOccasion::kSuccess, HookOccasion::kEnd));
      case Status::kFailedCanceled: return of_task(bits(HookOccasion::kCancel, HookOccasion::kEnd));
      case Status::kFailedUpstream: return of_task(bits(HookOccasion::kEnd));  // another one's failure
      default: return of_task(bits(HookOccasion::kFailure, HookOccasion::kEnd));
    }
  }
  Moment operator()(const event::TaskRescheduled& /*what*/) const { return of_task(bits(HookOccasion::kRetry)); }
  Moment operator()(const event::AttemptRestarted& what) const {
    // The others of its group follow the one that this is about.
    const bool own = what.cause == event::AttemptRestarted::Cause::kExitAction;
    return of_task(own ? bits(HookOccasion::kRetry) : bits());
  }
  Moment operator()(const event::GroupPreempted& /*what*/) const { return of_task(bits(HookOccasion::kPreempt)); }
  template <class Other>
  Moment operator()(const Other& /*what*/) const {
    return {};
  }
};

bool is_like_any(const std::vector<std::string>& patterns, std::string_view name) {
  return patterns.empty() ||
         std::ranges::any_of(patterns, [&](const std::string& pattern) { return matches_wildcard(pattern, name); });
}

bool names_task(const spec::HookConfig& hook, const Event& event, const Workflow& workflow) {
  if (hook.tasks.empty()) return true;
  if (const auto task = task_of(event)) return is_like_any(hook.tasks, workflow.name_of(*task));
  const auto* preempted = std::get_if<event::GroupPreempted>(&event.what);
  if (preempted == nullptr) return false;
  const GroupSpec& group = workflow.group(preempted->group);
  for (std::uint32_t i = 0; i < group.task_count; ++i) {
    if (is_like_any(hook.tasks, workflow.name_of(TaskIndex(group.first_task.value() + i)))) return true;
  }
  return false;
}

bool is_due(const spec::HookConfig& hook, const Moment& moment, const Event& event, const Workflow& workflow) {
  return moment.is(hook.on) && moment.per == hook.per && is_like_any(hook.workflows, workflow.name) &&
         names_task(hook, event, workflow);
}

}  // namespace

Moment moment_of(const Event& event) { return std::visit(Meaning{}, event.what); }

HookList list_of(const spec::HooksConfig& config) {
  HookList list;
  for (const auto& [on, hooks] : config) list.insert(list.end(), hooks.begin(), hooks.end());
  return list;
}

bool is_due(const spec::HookConfig& hook, const Event& event, const Workflow& workflow) {
  return is_due(hook, moment_of(event), event, workflow);
}

std::vector<store::Notice> notices_of(const HookList& hooks, std::span<const Event> events, const core::State& state) {
  std::vector<store::Notice> notices;
  if (hooks.empty()) return notices;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const Moment moment = moment_of(events[i]);
    if (moment.on == 0) continue;
    const core::WorkflowState* workflow = state.find(events[i].workflow);
    if (workflow == nullptr) continue;
    for (const spec::HookConfig& hook : hooks) {
      if (!is_due(hook, moment, events[i], *workflow->spec)) continue;
      notices.push_back({static_cast<std::uint32_t>(i), hook.name});
    }
  }
  return notices;
}

}  // namespace sennit::api

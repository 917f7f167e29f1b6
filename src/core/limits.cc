#include "core/limits.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace sennit::core {
namespace {

const TaskPolicy& policy_of(const Workflow& spec, GroupIndex group) {
  return spec.policy_of(spec.group(group).first_task);
}

std::optional<Micros> changed(const LimitChanges& changes, GroupIndex group, std::optional<Micros> SetLimits::*which) {
  if (!changes.groups.empty()) {
    const auto own = changes.groups.find(group);
    if (own != changes.groups.end() && own->second.*which) return own->second.*which;
  }
  return changes.all.*which;
}

// So that a sum with any time of today stays in range.
constexpr Micros kLongest = std::chrono::hours(24 * 365 * 100);

std::string_view exec_key(const Workflow& spec) {
  return spec.dialect == Dialect::kJobs ? "timeout" : "timeout.exec_timeout";
}

}  // namespace

void LimitChanges::add(const event::LimitSet& set) {
  if (set.workflow) workflow = set.workflow;
  SetLimits& scope = set.group ? groups[*set.group] : all;
  if (set.exec) scope.exec = set.exec;
  if (set.queue) scope.queue = set.queue;
  if (set.group) {
    if (scope == SetLimits{}) groups.erase(*set.group);
    return;
  }
  for (auto own = groups.begin(); own != groups.end();) {
    if (set.exec) own->second.exec.reset();
    if (set.queue) own->second.queue.reset();
    own = own->second == SetLimits{} ? groups.erase(own) : std::next(own);
  }
}

Micros exec_time(const Workflow& spec, const LimitChanges& changes, GroupIndex group) {
  return std::min(changed(changes, group, &SetLimits::exec).value_or(policy_of(spec, group).exec_timeout), kLongest);
}

Micros queue_time(const Workflow& spec, const LimitChanges& changes, GroupIndex group) {
  return std::min(changed(changes, group, &SetLimits::queue).value_or(policy_of(spec, group).queue_timeout), kLongest);
}

Micros workflow_time(const Workflow& spec, const LimitChanges& changes) {
  return std::min(changes.workflow.value_or(spec.timeout), kLongest);
}

Limit exec_limit(const Workflow& spec, const LimitChanges& changes, GroupIndex group) {
  const bool set = changed(changes, group, &SetLimits::exec).has_value();
  return {exec_time(spec, changes, group), std::string(set ? "set-timeout --exec" : exec_key(spec))};
}

Limit queue_limit(const Workflow& spec, const LimitChanges& changes, GroupIndex group) {
  const bool set = changed(changes, group, &SetLimits::queue).has_value();
  return {queue_time(spec, changes, group), set ? "set-timeout --queue" : "timeout.queue_timeout"};
}

Limit workflow_limit(const Workflow& spec, const LimitChanges& changes) {
  return {workflow_time(spec, changes), changes.workflow ? "set-timeout --workflow" : "timeout"};
}

// Workflows that were stored before the policy said it: jobs were those with retries.
bool times_attempts(const Workflow& spec, GroupIndex group) {
  const TaskPolicy& policy = policy_of(spec, group);
  return policy.exec_per_attempt || policy.max_retries > 0;
}

}  // namespace sennit::core

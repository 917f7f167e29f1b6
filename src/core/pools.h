// Pools: who is entitled to what, who comes first, and what is used. Incremental: nothing is ever counted anew.
//
// GPUs are counted against a pool's quota in thousandths, by `quota_of` alone. A group of one task counts while it
// holds its resources; one of several counts as a whole from its placement on, less the tasks that have ended, so that
// a task which is tried again inside of it needs no new permission.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/state.h"
#include "model/fact.h"

namespace sennit::core {

std::uint64_t quota_of(const TaskNeeds& needs);
std::uint64_t quota_of(const Shape& shape);
// "2", "0.5": thousandths of a GPU for people.
std::string gpus_text(std::uint64_t thousandths);
// "2 GPUs", "1 GPU", "0.5 GPUs".
std::string gpu_count_text(std::uint64_t thousandths);

constexpr Entitlement entitlement_of(Priority priority) {
  return priority == Priority::kLow ? Entitlement::kBorrowed : Entitlement::kGuaranteed;
}

// Priority, then submission, with aging: less comes first. It never changes while a workflow waits, so a queue stays
// sorted.
std::int64_t turn_of(const SchedulerSettings& settings, const Submission& submission);

// Where the groups of a lane wait.
QueueRef queue_of(const WorkflowState& workflow, const Lane& lane);

// The pool of that name; one that nobody has configured has no limits.
PoolId pool_named(State& state, std::string_view name);
const PoolState& pool_of(const State& state, const WorkflowState& workflow);

// Takes in what is configured; everything that waits is queued by the new rules.
void configure_pools(State& state, const fact::PoolsConfigured& configured);

// Whether the task's GPUs count against its pool's quota.
bool is_charged(const WorkflowState& workflow, TaskIndex task);

// For apply, adopt and retire. Whoever is alone in his group is charged for with his seat:
void charge(State& state, const WorkflowState& workflow, TaskIndex task);
void discharge(State& state, const WorkflowState& workflow, TaskIndex task);
// a member of a group of several by what happens to the group (nothing is done for the others). `was_charged`: before.
void recharge(State& state, const WorkflowState& workflow, TaskIndex task, bool was_charged);
void uncharge(State& state, const WorkflowState& workflow, TaskIndex task);

}  // namespace sennit::core

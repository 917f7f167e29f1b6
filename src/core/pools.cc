#include "core/pools.h"

#include <fmt/format.h>

#include <utility>

#include "base/check.h"
#include "core/bookkeeping.h"
#include "core/succession.h"

namespace sennit::core {
namespace {

// A step of priority that no age makes up for: later than the year 4000 in microseconds.
constexpr std::int64_t kForEver = std::int64_t{1} << 56;

std::uint64_t& account_of(State& state, const WorkflowState& workflow) {
  return state.pools[workflow.pool.value()].gpus_used[static_cast<std::size_t>(workflow.submission.priority)];
}

bool is_member(const WorkflowState& workflow, TaskIndex task) {
  return workflow.spec->group(workflow.spec->tasks[task.value()].group).task_count > 1;
}

}  // namespace

// A part by memory counts as a whole one: how much of a device it is depends on the device.
std::uint64_t quota_of(const TaskNeeds& needs) {
  const bool is_part = needs.gpu_share > 0 && needs.gpu_share < kWholeGpu;
  return std::uint64_t{needs.gpus_wanted()} * (is_part ? needs.gpu_share : kWholeGpu);
}

std::uint64_t quota_of(const Shape& shape) {
  std::uint64_t sum = 0;
  for (const TaskNeeds& needs : shape) sum += quota_of(needs);
  return sum;
}

std::string gpus_text(std::uint64_t thousandths) {
  std::string text = fmt::format("{}", thousandths / kWholeGpu);
  if (thousandths % kWholeGpu == 0) return text;
  text += fmt::format(".{:03}", thousandths % kWholeGpu);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::string gpu_count_text(std::uint64_t thousandths) {
  return fmt::format("{} GPU{}", gpus_text(thousandths), thousandths == kWholeGpu ? "" : "s");
}

std::int64_t turn_of(const SchedulerSettings& settings, const Submission& submission) {
  const auto steps = static_cast<std::int64_t>(Priority::kHigh) - static_cast<std::int64_t>(submission.priority);
  const std::int64_t step = settings.aging.count() > 0 ? settings.aging.count() : kForEver;
  return submission.submitted_at.unix_us() + steps * step;
}

QueueRef queue_of(const WorkflowState& workflow, const Lane& lane) {
  return {workflow.pool, entitlement_of(workflow.submission.priority), lane.shape()};
}

PoolId pool_named(State& state, std::string_view name) {
  const auto known = state.pool_ids.find(name);
  if (known != state.pool_ids.end()) return known->second;
  const PoolId id(static_cast<std::uint32_t>(state.pools.size()));
  state.pools.emplace_back().settings.name = name;
  state.pool_ids.emplace(name, id);
  return id;
}

const PoolState& pool_of(const State& state, const WorkflowState& workflow) {
  return state.pools[workflow.pool.value()];
}

void configure_pools(State& state, const fact::PoolsConfigured& configured) {
  for (auto& [key, workflow] : state.workflows) unlist_lanes(state, workflow);
  state.scheduler = configured.scheduler;
  for (PoolState& pool : state.pools) pool.configured = false;
  for (const PoolSettings& settings : configured.pools) {
    PoolState& pool = state.pools[pool_named(state, settings.name).value()];
    pool.settings = settings;
    pool.configured = true;
  }
  for (auto& [key, workflow] : state.workflows) list_lanes(state, workflow);
  state.claims.clear();
  state.plan_again = true;
}

bool is_charged(const WorkflowState& workflow, TaskIndex task) {
  if (!is_member(workflow, task)) return is_seated(workflow, task);
  const GroupState& group = workflow.group(workflow.spec->tasks[task.value()].group);
  if (is_group_finished(workflow.task(task).status) || group.status <= Status::kScheduling) return false;
  return !group.preempted || is_seated(workflow, task);
}

void charge(State& state, const WorkflowState& workflow, TaskIndex task) {
  account_of(state, workflow) += quota_of(needs_held(workflow, task));
}

void discharge(State& state, const WorkflowState& workflow, TaskIndex task) {
  std::uint64_t& account = account_of(state, workflow);
  const std::uint64_t quota = quota_of(needs_held(workflow, task));
  SENNIT_CHECK(account >= quota);
  account -= quota;
}

void recharge(State& state, const WorkflowState& workflow, TaskIndex task, bool was_charged) {
  if (!is_member(workflow, task)) return;
  const bool charged = is_charged(workflow, task);
  if (charged && !was_charged) charge(state, workflow, task);
  if (!charged && was_charged) discharge(state, workflow, task);
}

void uncharge(State& state, const WorkflowState& workflow, TaskIndex task) {
  if (is_member(workflow, task) && is_charged(workflow, task)) discharge(state, workflow, task);
}

}  // namespace sennit::core

#include "core/explain_pool.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "core/bookkeeping.h"
#include "core/explain_words.h"
#include "core/pools.h"

namespace sennit::core {
namespace {

// Those whose devices use the quota up, or all that use the pool's.
std::string holders_of(const State& state, PoolId pool, bool with_low) {
  std::map<WorkflowKey, std::set<TaskIndex>> held;
  for (const auto& [id, host] : state.hosts) {
    for (const auto& [device, holder] : host.holders) held[holder.workflow].insert(holder.task);
  }
  NameList names;
  for (const auto& [key, tasks] : held) {
    const WorkflowState* workflow = state.find(key);
    if (workflow == nullptr || workflow->pool != pool) continue;
    const Priority priority = workflow->submission.priority;
    if (priority == Priority::kLow && !with_low) continue;
    std::uint64_t gpus = 0;
    for (const TaskIndex task : tasks) gpus += quota_of(needs_held(*workflow, task));
    names.add(fmt::format("{} ({}, {})", workflow->submission.id, gpu_count_text(gpus), to_string(priority)));
  }
  return names.text();
}

}  // namespace

std::optional<Shortfall> quota_shortfall(const State& state, const WorkflowState& workflow, const Shape& shape,
                                         const Space& space) {
  const QueueRef queue{workflow.pool, entitlement_of(workflow.submission.priority), shape};
  std::vector<Seat> seats;
  const Space::Fit fit = space.find(queue, seats);
  if (fit != Space::Fit::kOverQuota && fit != Space::Fit::kOverMaximum) return std::nullopt;
  const PoolState& pool = pool_of(state, workflow);
  const std::string& name = pool.settings.name;
  const bool quota = fit == Space::Fit::kOverQuota;
  Shortfall found;
  found.lacking = quota ? Lacking::kQuota : Lacking::kMaximum;
  found.wanted = gpu_count_text(quota_of(shape));
  if (quota) {
    found.account = fmt::format("for {} of the quota of pool '{}'; {} of {} guaranteed are used", found.wanted, name,
                                gpus_text(pool.quota_used()), pool.settings.quota.guarantee);
    found.clause = fmt::format("waits for the quota of pool '{}': it wants {}, and {} of {} guaranteed are used", name,
                               found.wanted, gpus_text(pool.quota_used()), pool.settings.quota.guarantee);
  } else {
    found.account = fmt::format("for {} of pool '{}'; {} of {} that it may use at most are used", found.wanted, name,
                                gpus_text(pool.all_gpus_used()), pool.settings.quota.maximum);
    found.clause = fmt::format("waits for pool '{}', which may use {} at most: it wants {}, and {} are used", name,
                               plural(static_cast<std::size_t>(pool.settings.quota.maximum), "GPU"), found.wanted,
                               gpus_text(pool.all_gpus_used()));
  }
  const std::string holders = holders_of(state, workflow.pool, !quota);
  if (!holders.empty()) {
    found.account += " by " + holders;
    found.details.push_back("used by " + holders);
  }
  return found;
}

std::string preemption_text(const WorkflowState& workflow, GroupIndex group) {
  const auto found = workflow.preemptions.find(group);
  if (found == workflow.preemptions.end() || found->second.phase == Preemption::Phase::kBack) return "";
  return fmt::format("preempted for {} ({})", found->second.claimant, to_string(found->second.priority));
}

void explain_claims(const State& state, const WorkflowState& workflow, std::vector<std::string>& details) {
  NameList names;
  for (const auto& [key, seated] : state.borrowers) {
    const WorkflowState& other = *state.find(key.workflow);
    const auto found = other.preemptions.find(key.group);
    const bool gives_way = found != other.preemptions.end() && found->second.phase == Preemption::Phase::kStopping;
    if (!gives_way || found->second.claimant != workflow.submission.id) continue;
    names.add(fmt::format("{}/{}", other.submission.id, other.spec->name_of(key.group)));
  }
  if (names.count() > 0) details.push_back(fmt::format("told to give way to it: {}", names.text()));
}

}  // namespace sennit::core

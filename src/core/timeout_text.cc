#include "core/timeout_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/exit_rules.h"
#include "core/timing.h"

namespace sennit::core {
namespace {

// Without what is left below the unit that matters: "6h" for 6h0m0.2s.
std::string rounded(Micros time) {
  constexpr Micros kSecond = std::chrono::seconds(1);
  constexpr Micros kMinute = std::chrono::minutes(1);
  const Micros unit = time >= 10 * kMinute ? kMinute : time >= 10 * kSecond ? kSecond : std::chrono::milliseconds(100);
  return readable(time < unit ? time : time / unit * unit);
}

// A limit is kept to the grace period of a stop; beyond it, the time it really took is news.
std::string ran_longer(Micros ran, Micros limit, std::string_view key) {
  const Micros slack = std::clamp<Micros>(limit / 10, std::chrono::seconds(1), std::chrono::minutes(1));
  const std::string set = fmt::format("longer than the set limit of {} ({})", readable(limit), key);
  return ran > limit + slack ? fmt::format("ran for {}, {}", rounded(ran), set) : "ran " + set;
}

GroupIndex group_of(const WorkflowState& workflow, TaskIndex task) { return workflow.spec->tasks[task.value()].group; }

Micros reached_limit(const WorkflowState& workflow, TaskIndex task) {
  const auto clock = workflow.clocks.find(task);
  return clock == workflow.clocks.end() ? Micros{} : clock->second.stop_limit;
}

}  // namespace

std::string exec_timeout_text(const WorkflowState& workflow, TaskIndex task, Instant at) {
  Limit limit = exec_limit(*workflow.spec, workflow.limits, group_of(workflow, task));
  // It may have been changed since the attempt was told to stop.
  if (const Micros reached = reached_limit(workflow, task); reached.count() > 0) limit.time = reached;
  const Instant from = exec_clock(workflow, task);
  return ran_longer(from.is_set() ? at - from : Micros{}, limit.time, limit.key);
}

std::string workflow_timeout_text(const WorkflowState& workflow, Instant at) {
  const Limit limit = workflow_limit(*workflow.spec, workflow.limits);
  return ran_longer(at - workflow.started_at, limit.time, limit.key);
}

std::string queue_timeout_text(const WorkflowState& workflow, TaskIndex task, const Shortfall& shortfall, Instant at) {
  const GroupIndex group = group_of(workflow, task);
  const Limit limit = queue_limit(*workflow.spec, workflow.limits, group);
  const Micros waited = std::max(at - workflow.group(group).released_at, Micros{});
  return fmt::format("Resource timeout: waited {} {}; queued longer than the set limit of {} ({})", rounded(waited),
                     shortfall.account, readable(limit.time), limit.key);
}

std::string start_timeout_text(const WorkflowState& workflow, TaskIndex task) {
  const Micros limit = reached_limit(workflow, task);
  if (limit.count() == 0) return "did not start in time (server.start_timeout)";
  return fmt::format("did not start within {} of getting its resources (server.start_timeout)", readable(limit));
}

std::string next_limit_text(const WorkflowState& workflow, TaskIndex task, Instant now) {
  const GroupIndex group = group_of(workflow, task);
  const TaskState& row = workflow.task(task);
  const auto left = [now](Instant from, Micros limit) { return rounded(std::max(from + limit - now, Micros{})); };
  if (workflow.group(group).status == Status::kScheduling) {
    const Limit limit = queue_limit(*workflow.spec, workflow.limits, group);
    if (!limit.is_set() || row.status != Status::kScheduling) return "";
    return fmt::format("it is given up in {} ({}: {})", left(row.queued_at, limit.time), limit.key,
                       readable(limit.time));
  }
  const Limit limit = exec_limit(*workflow.spec, workflow.limits, group);
  if (!limit.is_set() || row.status != Status::kRunning) return "";
  return fmt::format("it is stopped in {} if it still runs then ({}: {})", left(exec_clock(workflow, task), limit.time),
                     limit.key, readable(limit.time));
}

}  // namespace sennit::core

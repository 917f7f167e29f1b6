// Why a task that is not finished is where it is.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/bookkeeping.h"
#include "core/exit_rules.h"
#include "core/explain_pool.h"
#include "core/explain_words.h"
#include "core/explainer.h"
#include "core/incarnation.h"
#include "core/shortage_text.h"
#include "core/succession.h"

namespace sennit::core {

void Explainer::add_progress(GroupIndex upstream, Why& why) {
  const GroupState& group = workflow_.group(upstream);
  const GroupSpec& spec = spec_.group(upstream);
  if (group.status != Status::kRunning || why.details.size() >= kMaxNames) return;
  const std::string shown = spec.task_count == 1 ? name(spec.first_task) : spec_.name_of(upstream);
  std::string line = fmt::format("{} has been running for {}", shown, since(group.started_at));
  const PastDurations* durations = known_.durations(workflow_);
  const auto end = durations == nullptr ? std::nullopt : expected_end(workflow_, spec_.lead_of(upstream), *durations);
  if (end && end->at > now_) line += fmt::format(", {} to go ({})", about(end->at - now_), basis(end->runs));
  why.details.push_back(std::move(line));
}

Why Explainer::waiting(TaskIndex index) {
  NameList names;
  Why why;
  why.cause = Cause::kUpstream;
  for (const GroupIndex up : spec_.upstream.of(group_of(index))) {
    const GroupState& group = workflow_.group(up);
    if (group.status == Status::kCompleted) continue;
    const GroupSpec& group_spec = spec_.group(up);
    const std::string shown = group_spec.task_count == 1 ? name(group_spec.first_task) : spec_.name_of(up);
    names.add(fmt::format("{} ({})", shown, to_string(group.status)));
    add_progress(up, why);
  }
  why.headline = fmt::format("{} waits for {}", name(index), names.text());
  why.details.push_back(
      fmt::format("{} of {} upstream not completed", names.count(), spec_.upstream.of(group_of(index)).size()));
  add_outlook(index, why);
  why.hint = fmt::format("sennit status {}", id());
  return why;
}

Why Explainer::delayed(TaskIndex index) {
  const TaskState& row = workflow_.task(index);
  Why why;
  if (const std::string preempted = preemption_text(workflow_, group_of(index)); !preempted.empty()) {
    why.cause = Cause::kPreempted;
    why.headline = fmt::format("{} waits until all of its group have stopped: {}", name(index), preempted);
    why.hint = fmt::format("sennit status {}", id());
    return why;
  }
  why.cause = Cause::kRetry;
  why.headline =
      fmt::format("{} is tried again in {}", name(index), readable(std::max(Micros(0), row.queued_at - now_)));
  why.details.push_back(fmt::format("{} comes next; it holds no resources while it waits", attempt_of_all(index)));
  add_attempts(index, why);
  if (row.number > 0) why.log = AttemptLog{index, row.number - 1};
  why.hint = fmt::format("sennit logs {} {}", id(), name(index));
  return why;
}

// Where it stands, and when its turn should come.
void Explainer::add_outlook(TaskIndex index, Why& why) {
  const bool waits = workflow_.task(index).status == Status::kScheduling;
  if (const auto place = waits ? known_.queue().of(workflow_, index) : std::nullopt) {
    why.details.push_back(fmt::format("{} of {} in the queue", ordinal(place->place), place->of));
  }
  const auto start = known_.estimate().start_of(spec_.group(group_of(index)).first_task);
  if (!start || start->at <= now_) return;
  why.expected_start = start->at;
  why.details.push_back(fmt::format("expected to start in {} ({})", about(start->at - now_), basis(start->runs)));
}

Why Explainer::queued(TaskIndex index) {
  Shortfall shortfall = shortfall_of(state_, workflow_, index, now_);
  Why why;
  why.cause = shortfall.lacking == Lacking::kPlacing ? Cause::kPaused : Cause::kResources;
  why.headline = name(index) + " " + shortfall.clause;
  why.details = std::move(shortfall.details);
  switch (shortfall.lacking) {
    case Lacking::kPlacing:
    case Lacking::kAnyHost: why.hint = "sennit server status"; break;
    case Lacking::kLargerHost: why.hint = fmt::format("sennit cancel {}", id()); break;
    case Lacking::kQuota:
    case Lacking::kMaximum: why.hint = fmt::format("sennit pool list -p {}", workflow_.submission.pool); break;
    case Lacking::kNothing:
    case Lacking::kParallel:
    case Lacking::kGpus:
    case Lacking::kCpus:
    case Lacking::kStorage:
    case Lacking::kMeasurement:
    case Lacking::kMemory: why.hint = fmt::format("sennit status {}", id()); break;
  }
  explain_claims(state_, workflow_, why.details);
  if (const std::string preempted = preemption_text(workflow_, group_of(index)); !preempted.empty()) {
    why.details.push_back(preempted + "; it starts again as soon as there is room");
  }
  const std::size_t together = workflow_.lanes[lane_of(workflow_, index)].shape().size();
  if (together > 1) why.details.push_back(fmt::format("the {} tasks of its group start together", together));
  add_outlook(index, why);
  const TaskState& row = workflow_.task(index);
  why.details.push_back(fmt::format("queued for {}", since(row.queued_at)));
  add_limit(index, why);
  if (row.number > 0) why.details.push_back(attempt_of_all(index));
  add_attempts(index, why);
  return why;
}

Why Explainer::initializing(TaskIndex index) {
  const TaskState& row = workflow_.task(index);
  Why why;
  why.cause = Cause::kStarting;
  why.hint = fmt::format("sennit status {}", id());
  if (const std::optional<TaskIndex> ahead = ahead_of(workflow_, index)) {
    why.headline = fmt::format("{} starts as soon as {} has ended", name(index), name(*ahead));
    why.details.push_back("it was sent to its host ahead of time, because the tasks before it were quick");
    return why;
  }
  if (row.barrier != AtBarrier::kParked) {
    why.headline = fmt::format("{} is being started", name(index));
    why.details.push_back(fmt::format("resources given {} ago", since(row.placed_at)));
    if (!row.gpus.empty()) why.details.push_back("GPU " + to_string(row.gpus));
    return why;
  }
  why.cause = Cause::kBarrier;
  why.headline = fmt::format("{} waits at the barrier of its group for {}", name(index), missing_at_barrier(index));
  why.details.push_back(fmt::format("it has had its resources for {} and holds them meanwhile", since(row.placed_at)));
  add_restarts(index, why);
  return why;
}

std::string Explainer::missing_at_barrier(TaskIndex index) const {
  NameList missing;
  for (const TaskIndex other : TaskRange(spec_.group(group_of(index)))) {
    const TaskState& peer = workflow_.task(other);
    if (is_group_finished(peer.status) || peer.barrier != AtBarrier::kNotYet) continue;
    missing.add(fmt::format("{} ({})", name(other), to_string(peer.status)));
  }
  return missing.text();
}

// RUNNING by its row, but between two commands.
Why Explainer::starting_again(TaskIndex index) {
  const bool parked = workflow_.task(index).barrier == AtBarrier::kParked;
  Why why;
  why.cause = parked ? Cause::kBarrier : Cause::kStarting;
  why.headline = parked ? fmt::format("{} starts again and waits at the barrier of its group for {}", name(index),
                                      missing_at_barrier(index))
                        : fmt::format("{} is being started again in place", name(index));
  add_restarts(index, why);
  add_attempts(index, why);
  why.hint = fmt::format("sennit logs -f {} {}", id(), name(index));
  return why;
}

Why Explainer::running(TaskIndex index) {
  if (!has_begun(workflow_, index) && workflow_.task(index).stopping == StopReason::kNone) return starting_again(index);
  const TaskState& row = workflow_.task(index);
  Why why;
  why.cause = row.stopping == StopReason::kNone ? Cause::kRunning : Cause::kStopping;
  why.headline = fmt::format("{} has been running for {}", name(index), since(row.started_at));
  if (row.stopping != StopReason::kNone) why.headline += " and was told to stop";
  if (row.stopping == StopReason::kPreempted) why.headline += ": " + preemption_text(workflow_, group_of(index));
  const PastDurations* durations = known_.durations(workflow_);
  const auto end = durations == nullptr ? std::nullopt : expected_end(workflow_, index, *durations);
  if (end) {
    const Micros usual = end->at - row.started_at;
    why.details.push_back(end->at > now_ ? fmt::format("{} to go: it usually takes {} ({})", about(end->at - now_),
                                                       about(usual), basis(end->runs))
                                         : fmt::format("longer than usual: {} ({})", about(usual), basis(end->runs)));
    if (end->at > now_) why.expected_end = end->at;
  }
  add_process(index, why);
  add_limit(index, why);
  add_restarts(index, why);
  if (row.number > 0) why.details.push_back(attempt_of_all(index));
  add_attempts(index, why);
  why.hint = fmt::format("sennit logs -f {} {}", id(), name(index));
  return why;
}

}  // namespace sennit::core

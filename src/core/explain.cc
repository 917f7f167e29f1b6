#include "core/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/exit_rules.h"
#include "core/explain_pause.h"
#include "core/explain_words.h"
#include "core/explainer.h"
#include "core/timeout_text.h"

namespace sennit::core {

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::kUpstream: return "upstream";
    case Cause::kResources: return "resources";
    case Cause::kPaused: return "paused";
    case Cause::kRetry: return "retry";
    case Cause::kStarting: return "starting";
    case Cause::kBarrier: return "barrier";
    case Cause::kRunning: return "running";
    case Cause::kStopping: return "stopping";
    case Cause::kCompleted: return "completed";
    case Cause::kFailed: return "failed";
    case Cause::kNotStarted: return "not_started";
    case Cause::kOutOfMemory: return "out_of_memory";
    case Cause::kLost: return "lost";
    case Cause::kPreempted: return "preempted";
    case Cause::kTimedOut: return "timed_out";
    case Cause::kCanceled: return "canceled";
    case Cause::kUpstreamFailed: return "upstream_failed";
  }
  return "";
}

std::string Explainer::since(Instant at) const { return readable(std::max(Micros(0), now_ - at)); }

// "try 2 of 4", of those that max_retries allows. Tries count from 1, the numbers of attempts from 0.
std::string Explainer::attempt_of_all(TaskIndex index) const {
  const TaskState& row = workflow_.task(index);
  const std::uint32_t retries = spec_.policy_of(index).max_retries;
  if (retries == 0) return fmt::format("try {}", row.number + 1);
  return fmt::format("try {} of {}", row.number + 1, retries + row.free_retries + 1);
}

void Explainer::add_attempts(TaskIndex index, Why& why) const {
  std::size_t told = 0;
  for (const PastAttempt& past : workflow_.past) {
    if (past.task != index) continue;
    std::string line = fmt::format("try {} ended", past.number + 1);
    if (past.exit_code) line += fmt::format(" with code {}", *past.exit_code);
    if (past.lost) line += " (lost; not counted as a retry)";
    if (past.message > 0) line += ": " + workflow_.messages[past.message - 1];
    why.details.push_back(std::move(line));
    if (++told > 2 * kMaxNames) break;
  }
}

// What the latest attempt ran as.
void Explainer::add_process(TaskIndex index, Why& why) const {
  const TaskState& row = workflow_.task(index);
  if (!row.started_at.is_set()) return;
  std::string line = row.pid != 0 ? fmt::format("process {}", row.pid) : std::string("it ran");
  if (row.ended_at.is_set())
    line += fmt::format(", ran for {}", readable(std::max(Micros(0), row.ended_at - row.started_at)));
  if (!row.gpus.empty()) line += fmt::format(", GPU {}", to_string(row.gpus));
  if (const std::string command = command_text(spec_, index); !command.empty()) line += ": " + command;
  why.details.push_back(std::move(line));
}

void Explainer::add_limit(TaskIndex index, Why& why) const {
  std::string text = next_limit_text(workflow_, index, now_);
  if (!text.empty()) why.details.push_back(std::move(text));
}

void Explainer::add_restarts(TaskIndex index, Why& why) const {
  const auto found = workflow_.restarts.find(index);
  if (found == workflow_.restarts.end() || found->second.incarnation == 0) return;
  std::string line = fmt::format("its command was started again {}", plural(found->second.incarnation, "time"));
  if (found->second.message > 0) line += ", the last time: " + workflow_.messages[found->second.message - 1];
  why.details.push_back(std::move(line));
}

Why Explainer::task(TaskIndex index) {
  if (std::optional<Why> paused = explain_pause(workflow_, index, now_)) return *std::move(paused);
  const TaskState& row = workflow_.task(index);
  switch (row.status) {
    case Status::kSubmitting:
    case Status::kWaiting: return waiting(index);
    case Status::kProcessing: return delayed(index);
    case Status::kScheduling: return queued(index);
    case Status::kInitializing: return initializing(index);
    case Status::kRunning: return running(index);
    case Status::kCompleted: return ended(index, "completed");
    case Status::kRescheduled: return ended(index, "was rescheduled");
    case Status::kFailed:
    case Status::kFailedCanceled:
    case Status::kFailedServerError:
    case Status::kFailedBackendError:
    case Status::kFailedExecTimeout:
    case Status::kFailedQueueTimeout:
    case Status::kFailedImagePull:
    case Status::kFailedUpstream:
    case Status::kFailedEvicted:
    case Status::kFailedStartError:
    case Status::kFailedStartTimeout:
    case Status::kFailedPreempted: return failed(index);
  }
  return failed(index);
}

Explanations::Explanations(const State& state, const WorkflowState& workflow, Instant now, KnownDurations durations)
    : state_(state), workflow_(workflow), now_(now), durations_(std::move(durations)) {}

Why Explanations::task(TaskIndex task) { return Explainer(state_, workflow_, now_, *this).task(task); }

const QueueOrder& Explanations::queue() {
  if (!queue_) queue_.emplace(state_);
  return *queue_;
}

const Estimate& Explanations::estimate() {
  if (!estimate_) {
    estimate_ =
        durations(workflow_) == nullptr ? Estimate() : Estimate::of(state_, queue(), workflow_, durations_, now_);
  }
  return *estimate_;
}

const PastDurations* Explanations::durations(const WorkflowState& workflow) const {
  const PastDurations* known = durations_ ? durations_(workflow) : nullptr;
  return known == nullptr || known->empty() ? nullptr : known;
}

Why explain_workflow(const State& state, const WorkflowState& workflow, Instant now) {
  return Explanations(state, workflow, now).workflow();
}

Why explain_task(const State& state, const WorkflowState& workflow, TaskIndex task, Instant now) {
  return Explanations(state, workflow, now).task(task);
}

}  // namespace sennit::core

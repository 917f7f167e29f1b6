#include "core/explain_pause.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/exit_rules.h"
#include "core/pause.h"

namespace sennit::core {
namespace {

Why stands_still(const WorkflowState& workflow, TaskIndex task, const std::string& how) {
  const TaskState& row = workflow.task(task);
  Why why;
  why.cause = Cause::kPaused;
  why.headline = fmt::format("{} stands still: it was paused {}", workflow.spec->name_of(task), how);
  why.details.push_back(row.gpus.empty()
                            ? std::string("it keeps its CPUs and its memory")
                            : fmt::format("it keeps GPU {}, its CPUs and its memory", to_string(row.gpus)));
  if (row.pid != 0) why.details.push_back(fmt::format("process {}", row.pid));
  if (workflow.spec->policy_of(task).exec_timeout.count() > 0) {
    why.details.emplace_back("the clock of its time limit stands still as well");
  }
  return why;
}

Why not_started(const WorkflowState& workflow, TaskIndex task, const std::string& how) {
  Why why;
  why.cause = Cause::kPaused;
  why.headline = fmt::format("{} is not started: it was paused {}", workflow.spec->name_of(task), how);
  why.details.emplace_back("it holds nothing");
  return why;
}

// Of the same group, which starts together.
std::optional<TaskIndex> paused_peer(const WorkflowState& workflow, TaskIndex task) {
  for (const TaskIndex peer : TaskRange(workflow.spec->group(workflow.spec->tasks[task.value()].group))) {
    if (is_paused(workflow, peer)) return peer;
  }
  return std::nullopt;
}

}  // namespace

std::string pause_text(const PauseLog& log, Instant now) {
  const auto passed = std::chrono::floor<std::chrono::seconds>(std::max(Micros(0), now - log.since));
  std::string text = log.user.empty() ? std::string() : fmt::format("by {} ", log.user);
  text += passed.count() == 0 ? "just now" : readable(passed) + " ago";
  if (!log.message.empty()) text += ": " + log.message;
  return text;
}

std::optional<Why> explain_pause(const WorkflowState& workflow, TaskIndex task, Instant now) {
  const TaskState& row = workflow.task(task);
  if (is_group_finished(row.status)) return std::nullopt;
  const std::string& id = workflow.submission.id;
  if (is_paused(workflow, task)) {
    const std::string how = pause_text(workflow.task_pauses.at(task), now);
    Why why = row.status == Status::kRunning ? stands_still(workflow, task, how) : not_started(workflow, task, how);
    why.hint = fmt::format("sennit resume {} {}", id, workflow.spec->name_of(task));
    return why;
  }
  if (row.status != Status::kScheduling && row.status != Status::kProcessing) return std::nullopt;
  Why why;
  why.cause = Cause::kPaused;
  if (workflow.pause.is_on()) {
    why.headline = fmt::format("{} is not started: {} was paused {}", workflow.spec->name_of(task), id,
                               pause_text(workflow.pause, now));
    why.hint = fmt::format("sennit resume {}", id);
    return why;
  }
  const std::optional<TaskIndex> peer =
      is_held_back(workflow, task) ? paused_peer(workflow, task) : std::optional<TaskIndex>();
  if (!peer) return std::nullopt;
  const std::string_view name = workflow.spec->name_of(*peer);
  why.headline = fmt::format("{} waits for {} of its group, which was paused {}", workflow.spec->name_of(task), name,
                             pause_text(workflow.task_pauses.at(*peer), now));
  why.details.emplace_back("the tasks of its group start together");
  why.hint = fmt::format("sennit resume {} {}", id, name);
  return why;
}

}  // namespace sennit::core

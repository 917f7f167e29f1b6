#include "core/pause.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/bookkeeping.h"
#include "core/timing.h"

namespace sennit::core {
namespace {

using Span = std::pair<Instant, Instant>;

const GroupSpec& group_of(const WorkflowState& workflow, TaskIndex task) {
  return workflow.spec->group(workflow.spec->tasks[task.value()].group);
}

void add_since(const PauseLog& log, Instant from, std::vector<Span>& spans) {
  for (const Span& span : log.over) {
    if (span.second > from) spans.emplace_back(std::max(span.first, from), span.second);
  }
}

void add_since_of_tasks(const WorkflowState& workflow, const GroupSpec& group, Instant from, std::vector<Span>& spans) {
  for (const TaskIndex task : TaskRange(group)) {
    const auto found = workflow.task_pauses.find(task);
    if (found != workflow.task_pauses.end()) add_since(found->second, from, spans);
  }
}

// What overlaps counts once.
Micros covered_by(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end());
  Micros sum{};
  Instant end;
  for (const Span& span : spans) {
    const Instant begin = std::max(span.first, end);
    if (span.second <= begin) continue;
    sum += span.second - begin;
    end = span.second;
  }
  return sum;
}

void begin(PauseLog& log, const event::Paused& paused, Instant at) {
  log.since = at;
  log.user = paused.user;
  log.message = paused.message;
}

void end(PauseLog& log, Instant at) {
  if (!log.is_on()) return;
  if (at > log.since) log.over.emplace_back(log.since, at);  // a clock may have been set back
  log.since = {};
}

// The entry in the lane, its own or its group's, was passed over while it was held back. The task may have ended and
// its group wait without it.
void queue_again(State& state, WorkflowState& workflow, TaskIndex task) {
  const std::uint32_t lane = lane_of(workflow, task);
  const TaskIndex entry = entry_of(workflow, task);
  if (!waits_in(workflow, entry, lane) || is_held_back(workflow, task)) return;
  workflow.lanes[lane].push(entry);
  list_lane(state, workflow, lane);
}

Error corrupt(std::string message) { return {ErrorCode::kCorrupt, std::move(message)}; }

Result<void> check_unfinished(const WorkflowState& workflow, std::optional<TaskIndex> task) {
  if (is_finished(workflow.status)) return corrupt("a finished workflow is paused or resumed");
  if (!task) return {};
  if (task->value() >= workflow.tasks.size()) return corrupt(fmt::format("no task {}", task->value()));
  if (!is_group_finished(workflow.task(*task).status)) return {};
  return corrupt(fmt::format("task {} is paused or resumed after its end", task->value()));
}

}  // namespace

bool is_paused(const WorkflowState& workflow, TaskIndex task) {
  if (workflow.task_pauses.empty()) return false;
  const auto found = workflow.task_pauses.find(task);
  return found != workflow.task_pauses.end() && found->second.is_on();
}

bool is_held_back(const WorkflowState& workflow, TaskIndex task) {
  if (workflow.task_pauses.empty()) return false;
  if (!waits_as_one(workflow, task)) return is_paused(workflow, task);
  const GroupSpec& group = group_of(workflow, task);
  const TaskIndex behind(group.first_task.value() + group.task_count);
  auto it = workflow.task_pauses.lower_bound(group.first_task);
  for (; it != workflow.task_pauses.end() && it->first < behind; ++it) {
    if (it->second.is_on()) return true;
  }
  return false;
}

bool has_paused(const WorkflowState& workflow, GroupIndex group) {
  if (workflow.task_pauses.empty()) return false;
  for (const TaskIndex task : TaskRange(workflow.spec->group(group))) {
    if (is_paused(workflow, task)) return true;
  }
  return false;
}

Micros group_clock_stood(const WorkflowState& workflow, GroupIndex group, Instant from) {
  if (workflow.task_pauses.empty()) return {};
  std::vector<Span> spans;
  add_since_of_tasks(workflow, workflow.spec->group(group), from, spans);
  return covered_by(std::move(spans));
}

Micros queue_clock_stood(const WorkflowState& workflow, TaskIndex task, Instant from) {
  if (workflow.pause.over.empty() && workflow.task_pauses.empty()) return {};
  std::vector<Span> spans;
  add_since(workflow.pause, from, spans);
  add_since_of_tasks(workflow, group_of(workflow, task), from, spans);
  return covered_by(std::move(spans));
}

Micros workflow_clock_stood(const WorkflowState& workflow, Instant from) {
  std::vector<Span> spans;
  add_since(workflow.pause, from, spans);
  return covered_by(std::move(spans));
}

void apply_paused(State& state, WorkflowState& workflow, const event::Paused& paused, Instant at) {
  if (paused.task) {
    const Retimed timed(state, workflow, *paused.task);
    return begin(workflow.task_pauses[*paused.task], paused, at);
  }
  const auto timed = retimed_queue(state, workflow);
  begin(workflow.pause, paused, at);
  unlist_lanes(state, workflow);
}

void apply_resumed(State& state, WorkflowState& workflow, const event::Resumed& resumed, Instant at) {
  if (resumed.task) {
    const Retimed timed(state, workflow, *resumed.task);
    return end_pause(state, workflow, *resumed.task, at);
  }
  const auto timed = retimed_queue(state, workflow);
  end_pause(workflow, at);
  list_lanes(state, workflow);
}

void end_pause(WorkflowState& workflow, Instant at) { end(workflow.pause, at); }

void end_pause(State& state, WorkflowState& workflow, TaskIndex task, Instant at) {
  if (!is_paused(workflow, task)) return;
  end(workflow.task_pauses.at(task), at);
  queue_again(state, workflow, task);
}

Result<void> check_paused(const WorkflowState& workflow, const event::Paused& paused) {
  SENNIT_TRY(check_unfinished(workflow, paused.task));
  const bool already = paused.task ? is_paused(workflow, *paused.task) : workflow.pause.is_on();
  return already ? Result<void>(corrupt("paused a second time")) : Result<void>();
}

Result<void> check_resumed(const WorkflowState& workflow, const event::Resumed& resumed) {
  SENNIT_TRY(check_unfinished(workflow, resumed.task));
  const bool paused = resumed.task ? is_paused(workflow, *resumed.task) : workflow.pause.is_on();
  return paused ? Result<void>() : Result<void>(corrupt("what was not paused is resumed"));
}

}  // namespace sennit::core

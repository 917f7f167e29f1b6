// What is paused, and which clocks stand still meanwhile.
//
// While a workflow is paused nothing of it is placed; what is on a host goes on. A paused task stands still if it runs
// (it keeps what it holds), and is not placed if it does not; neither is its group while that waits as a whole. A pause
// is the task's, not the attempt's: it outlasts a retry. It ends with the task, and when the task is told to stop.
//
// Clocks: the time to run stands still while a task of the group is paused; its time in the queue and the workflow's
// time limit also while the workflow is.
#pragma once

#include "base/result.h"
#include "core/state.h"

namespace sennit::core {

bool is_paused(const WorkflowState& workflow, TaskIndex task);
// It may not be placed for its own or, as long as its group waits as a whole, for another task's pause.
bool is_held_back(const WorkflowState& workflow, TaskIndex task);

// Some task of the group is.
bool has_paused(const WorkflowState& workflow, GroupIndex group);

// For how long each clock has stood still since `from`, not counting a pause that is not over. A group's time to run is
// shared by its tasks, so it stands still while any of them does.
Micros group_clock_stood(const WorkflowState& workflow, GroupIndex group, Instant from);
Micros queue_clock_stood(const WorkflowState& workflow, TaskIndex task, Instant from);
Micros workflow_clock_stood(const WorkflowState& workflow, Instant from);

// For apply. A pause ends also with what was paused.
void apply_paused(State& state, WorkflowState& workflow, const event::Paused& paused, Instant at);
void apply_resumed(State& state, WorkflowState& workflow, const event::Resumed& resumed, Instant at);
void end_pause(WorkflowState& workflow, Instant at);
void end_pause(State& state, WorkflowState& workflow, TaskIndex task, Instant at);

// Whether the event can follow.
Result<void> check_paused(const WorkflowState& workflow, const event::Paused& paused);
Result<void> check_resumed(const WorkflowState& workflow, const event::Resumed& resumed);

}  // namespace sennit::core

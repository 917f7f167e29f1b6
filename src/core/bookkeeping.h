// What attempts hold on hosts, and which lanes are offered to the scheduler. Used by apply, adopt and retire only.
#pragma once

#include "core/state.h"

namespace sennit::core {

// Its group is placed as one: it waits for its first start, or comes back after a preemption.
bool waits_as_one(const WorkflowState& workflow, TaskIndex task);
// The lane in which a task waits: its group's, or its own once the group has been placed.
std::uint32_t lane_of(const WorkflowState& workflow, TaskIndex task);
// What stands for it there: the first task of a group that waits as one, also where that task has ended.
TaskIndex entry_of(const WorkflowState& workflow, TaskIndex task);
// Whether the lane's entry `task` still stands for somebody who waits: a task, or the group that it belongs to.
bool waits_in(const WorkflowState& workflow, TaskIndex task, std::uint32_t lane);
// What the task holds while it is active.
const TaskNeeds& needs_held(const WorkflowState& workflow, TaskIndex task);

// The latest attempt of a task as one that another follows, with what is kept of it beside its row; how it ended is for
// the caller to say.
PastAttempt past_attempt(WorkflowState& workflow, TaskIndex index);
// Its group was preempted: whenever it could be tried again, it goes with the others.
bool waits_for_its_group(const WorkflowState& workflow, TaskIndex task);

void acquire(State& state, const WorkflowState& workflow, TaskIndex task);
void give_back(State& state, const WorkflowState& workflow, TaskIndex task);

bool is_at_cap(const WorkflowState& workflow);
// Whether the scheduler should look at the lane.
bool is_offered(const WorkflowState& workflow, const Lane& lane);
QueueKey queue_key(const State& state, const WorkflowState& workflow, std::uint32_t lane);

// Makes State::ready agree with one lane, or with all lanes, of the workflow.
void list_lane(State& state, WorkflowState& workflow, std::uint32_t lane);
void list_lanes(State& state, WorkflowState& workflow);
void unlist_lanes(State& state, WorkflowState& workflow);

// Puts the workflow on State::unsettled.
void unsettle(State& state, WorkflowState& workflow);
void unsettle(State& state, WorkflowState& workflow, GroupIndex group);

}  // namespace sennit::core

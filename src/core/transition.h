// The three state machines: of a task, a group and a workflow (reference: state machines, sections 4.2, 4.8, 4.9).
//
// The rules are data in transition.cc, proven there at compile time. A rescheduled task's next attempt is a new row
// that starts at SUBMITTING again, as in OSMO's tables. So is everything that begins again when a finished workflow is
// reopened (core/reopen.h): no terminal status is ever left.
#pragma once

#include <cstdint>

#include "core/transition_table.h"
#include "model/status.h"

namespace sennit::core {

enum class TaskEvent : std::uint8_t {
  kSubmit,
  kRelease,  // nothing upstream is left
  kQueue,    // waits for resources
  kPlace,    // resources given
  kStart,    // the command runs
  kComplete,
  kReschedule,
  kFail,
  kCancel,
  kServerError,
  kBackendError,
  kExecTimeout,
  kQueueTimeout,
  kImagePull,
  kUpstream,
  kEvict,
  kStartError,
  kStartTimeout,
  kPreempt,
};
inline constexpr std::size_t kTaskEventCount = 19;

enum class GroupEvent : std::uint8_t {
  kSubmit,
  kRelease,
  kQueue,
  kInitialize,
  kRun,
  kComplete,
  kFail,
  kCancel,
  kServerError,
  kBackendError,
  kExecTimeout,
  kQueueTimeout,
  kImagePull,
  kUpstream,
  kEvict,
  kStartError,
  kStartTimeout,
  kPreempt,
};
inline constexpr std::size_t kGroupEventCount = 18;

enum class WorkflowEvent : std::uint8_t {
  kPend,  // an aggregate of PENDING is never written back
  kRun,
  kComplete,
  kFail,
  kRefuse,  // FAILED_SUBMISSION
  kServerError,
  kExecTimeout,
  kQueueTimeout,
  kCancel,
  kBackendError,
  kImagePull,
  kEvict,
  kStartError,
  kStartTimeout,
  kPreempt,
};
inline constexpr std::size_t kWorkflowEventCount = 15;

Move<Status> task_move(Status from, TaskEvent event);
Move<Status> group_move(Status from, GroupEvent event);
Move<WorkflowStatus> workflow_move(WorkflowStatus from, WorkflowEvent event);

// The event that asks for a status.
TaskEvent task_event_to(Status to);
GroupEvent group_event_to(Status to);  // not for RESCHEDULED, which groups do not have
WorkflowEvent workflow_event_to(WorkflowStatus to);

}  // namespace sennit::core

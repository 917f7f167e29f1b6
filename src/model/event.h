// Events: what happened or was decided, as journaled. They are outcomes ("task 7 ended FAILED, code 3"), never
// questions, so that a later release with other rules replays an old journal to the same state.
//
// `core::apply` is the only place that turns an event into state, live and in replay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/instant.h"
#include "model/gpu_prices.h"
#include "model/ids.h"
#include "model/resources.h"
#include "model/status.h"
#include "model/workflow.h"

namespace sennit {

// What a workflow does with the one that it came from.
enum class Descent : std::uint8_t {
  kRestarts = 0,  // runs what did not complete there
  kReruns = 1,    // runs all of it again, or a part that was chosen
};

// Who submitted what, when. The workflow itself lies beside the journal, in the store.
struct Submission {
  std::string id;    // "<name>-<n>"
  std::string uuid;  // 32 hex digits, for OSMO's clients
  std::string user;
  std::string pool = "local";
  Priority priority = Priority::kNormal;
  std::string parent_id;  // the workflow this one came from; "": none
  Instant submitted_at;
  Descent descent = Descent::kRestarts;  // counts with a parent
  GpuPrices prices;
  bool requeue = true;  // what was preempted waits for its turn again; else it ends FAILED_PREEMPTED
  friend bool operator==(const Submission&, const Submission&) = default;
};

// Why an attempt is told to stop.
enum class StopReason : std::uint8_t {
  kNone = 0,
  kCanceled = 1,
  kExecTimeout = 2,
  kLeadFinished = 3,
  kGroupFailed = 4,
  kPreempted = 5,
  kWorkflowTimeout = 6,
  kGroupRestart = 7,  // of earlier releases, whose groups restarted by new attempts; read, never written
  kStartTimeout = 9,  // it was not running in time
  kTakenBack = 10,    // paused before it began: ends only if it has not, and waits as a new attempt
};

// The highest number: append behind it.
inline constexpr StopReason kLastStopReason = StopReason::kTakenBack;

// How much time a stop leaves between SIGTERM and SIGKILL.
enum class StopForce : std::uint8_t { kGrace = 0, kAtOnce = 1 };

namespace event {

struct Submitted {
  Submission submission;
  friend bool operator==(const Submitted&, const Submitted&) = default;
};

// Resources given: the attempt is on its way to a host. WAITING/PROCESSING/SCHEDULING -> INITIALIZING. With `behind` it
// gets them from the latest attempt of that task, when it ends; placed once more without, it has its own.
struct AttemptPlaced {
  TaskIndex task;
  std::uint32_t number = 0;
  HostId host;
  GpuSet gpus;
  std::optional<TaskIndex> behind = std::nullopt;
  // Of who asks for memory of GPUs: how much of them that is, in thousandths of one, all together. Only here is it
  // known how large they are.
  std::uint32_t gpu_part = 0;
  friend bool operator==(const AttemptPlaced&, const AttemptPlaced&) = default;
};

// The command runs. -> RUNNING, or still RUNNING if it was started again in place.
struct AttemptStarted {
  TaskIndex task;
  std::uint32_t number = 0;
  std::uint32_t pid = 0;
  std::uint32_t incarnation = 0;  // as AttemptRestarted
  std::uint32_t download_ms = 0;  // its inputs took so long to prepare, just before
  friend bool operator==(const AttemptStarted&, const AttemptStarted&) = default;
};

// Ready for the group's barrier; parked without a timer.
struct AttemptAtBarrier {
  TaskIndex task;
  std::uint32_t number = 0;
  std::uint32_t incarnation = 0;  // as AttemptRestarted
  friend bool operator==(const AttemptAtBarrier&, const AttemptAtBarrier&) = default;
};

struct BarrierReleased {
  GroupIndex group;
  friend bool operator==(const BarrierReleased&, const BarrierReleased&) = default;
};

// The attempt's command is started again in place: the same row, resources, inputs and output directory. It comes to
// the group's barrier once more. What is still heard of the command before carries a lower incarnation.
struct AttemptRestarted {
  enum class Cause : std::uint8_t {
    kGroup = 0,       // another task of its group was rescheduled or restarted; the command is killed
    kExitAction = 1,  // the command has ended, and RESTART is what its code means; counts against the limit
  };
  TaskIndex task;
  std::uint32_t number = 0;
  std::uint32_t incarnation = 0;  // of the command to come: 1 after the first one
  Cause cause = Cause::kGroup;
  std::optional<std::int32_t> exit_code;  // how the one before ended
  std::string message;                    // why, for people
  friend bool operator==(const AttemptRestarted&, const AttemptRestarted&) = default;
};

// We asked its runner to stop it; its end comes later as TaskEnded or TaskRescheduled. What it will count as is
// `reason`'s. Asked once more: with force.
struct AttemptStopping {
  TaskIndex task;
  std::uint32_t number = 0;
  StopReason reason = StopReason::kNone;
  StopForce force = StopForce::kGrace;
  std::string user = {};     // who asked for this task alone; "": nobody did
  std::string message = {};  // and why
  Micros limit{};  // which it reached, where the reason is a timeout; it may be changed before the attempt has ended
  friend bool operator==(const AttemptStopping&, const AttemptStopping&) = default;
};

// The task (its latest attempt) is finished: `to` is COMPLETED or one of FAILED*. Its resources are free.
struct TaskEnded {
  TaskIndex task;
  std::uint32_t number = 0;
  Status to = Status::kFailed;
  std::optional<std::int32_t> exit_code;  // a command's own, or one of exit_codes
  std::string message;                    // why, for people; "" for a plain exit
  Usage usage = {};                       // of this attempt
  std::uint32_t upload_ms = 0;            // its outputs took so long to hand over, just after
  friend bool operator==(const TaskEnded&, const TaskEnded&) = default;
};

// This attempt is over and another one follows at `due` (RESCHEDULED; the new attempt is PROCESSING until then).
struct TaskRescheduled {
  TaskIndex task;
  std::uint32_t number = 0;  // of the attempt that ended
  std::optional<std::int32_t> exit_code;
  Instant due;
  bool lost = false;  // does not use up max_retries
  std::string message;
  Usage usage = {};             // of the attempt that ended
  std::uint32_t upload_ms = 0;  // as in TaskEnded
  friend bool operator==(const TaskRescheduled&, const TaskRescheduled&) = default;
};

// The delay before attempt `number` is over: it may be placed. -> SCHEDULING.
struct RetryDue {
  TaskIndex task;
  std::uint32_t number = 0;
  friend bool operator==(const RetryDue&, const RetryDue&) = default;
};

struct GroupMoved {
  GroupIndex group;
  Status to = Status::kWaiting;
  std::string message = {};  // why, for people
  friend bool operator==(const GroupMoved&, const GroupMoved&) = default;
};

struct WorkflowMoved {
  WorkflowStatus to = WorkflowStatus::kPending;
  std::string message;
  friend bool operator==(const WorkflowMoved&, const WorkflowMoved&) = default;
};

// Somebody asked for the whole workflow to stop: nothing new starts from here on. Asked once more: with force.
struct CancelAsked {
  std::string user;
  std::string message;
  StopReason reason = StopReason::kCanceled;  // or kWorkflowTimeout
  StopForce force = StopForce::kGrace;
  friend bool operator==(const CancelAsked&, const CancelAsked&) = default;
};

// A finished workflow goes on: what did not complete begins again, as new attempts (core/reopen.h).
struct Reopened {
  std::string user;
  std::string message;
  friend bool operator==(const Reopened&, const Reopened&) = default;
};

// Somebody set time limits anew: of one group, or of all that have none of their own; what is not set stays as it was.
// 0: no limit from now on.
struct LimitSet {
  std::string user;
  std::optional<GroupIndex> group;
  std::optional<Micros> exec;
  std::optional<Micros> queue;
  std::optional<Micros> workflow;  // of the workflow as a whole, whatever `group` says
  friend bool operator==(const LimitSet&, const LimitSet&) = default;
};

// Somebody paused the workflow (nothing of it starts any more, what runs goes on), or one task (it stands still, or is
// not started).
struct Paused {
  std::optional<TaskIndex> task;
  std::string user;
  std::string message;
  friend bool operator==(const Paused&, const Paused&) = default;
};

struct Resumed {
  std::optional<TaskIndex> task;
  std::string user;
  friend bool operator==(const Resumed&, const Resumed&) = default;
};

// A group of priority LOW has to give way to `claimant`, a workflow: each of its attempts is told to stop, which is an
// event of its own.
struct GroupPreempted {
  GroupIndex group;
  std::string claimant;                   // by its id
  Priority priority = Priority::kNormal;  // of the claimant
  friend bool operator==(const GroupPreempted&, const GroupPreempted&) = default;
};

// All attempts of a group that was preempted have ended: it waits for resources as a whole again. Its unfinished tasks:
// PROCESSING -> SCHEDULING.
struct GroupRequeued {
  GroupIndex group;
  friend bool operator==(const GroupRequeued&, const GroupRequeued&) = default;
};

}  // namespace event

struct Event {
  WorkflowKey workflow;
  Instant at;
  std::variant<event::Submitted, event::AttemptPlaced, event::AttemptStarted, event::AttemptAtBarrier,
               event::BarrierReleased, event::AttemptStopping, event::TaskEnded, event::TaskRescheduled,
               event::RetryDue, event::GroupMoved, event::WorkflowMoved, event::CancelAsked, event::AttemptRestarted,
               event::Reopened, event::LimitSet, event::Paused, event::Resumed, event::GroupPreempted,
               event::GroupRequeued>
      what;
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace sennit

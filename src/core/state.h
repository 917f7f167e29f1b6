// What the engine knows, at one moment: every unfinished workflow and every host.
//
// Plain data. Only `apply` (core/apply.h) changes a workflow; hosts come and go through `react`. Hot data is dense: a
// task has 72 bytes here and its group 40, beside the immutable Workflow. What is marked *derived* follows from the
// rest and is not part of a snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "core/deadlines.h"
#include "core/gpu_time.h"
#include "core/gpu_use.h"
#include "core/lane.h"
#include "core/limits.h"
#include "core/pool_state.h"
#include "core/ready_queues.h"
#include "core/status_counts.h"
#include "model/event.h"
#include "model/ids.h"
#include "model/resources.h"
#include "model/status.h"
#include "model/workflow.h"

namespace sennit::core {

enum class AtBarrier : std::uint8_t { kNotYet = 0, kParked = 1, kPassed = 2 };

// The latest attempt of a task. Times that have not come are not set.
struct TaskState {
  Instant queued_at;   // SCHEDULING since; while a retry is delayed: when it is due
  Instant placed_at;   // resources given; not while it waits behind another attempt
  Instant started_at;  // the command runs
  Instant ended_at;
  GpuSet gpus;  // leased while the attempt is active, kept afterwards to be shown
  std::uint32_t number = 0;
  std::uint32_t pid = 0;
  HostId host;
  std::int32_t exit_code = 0;     // counts if has_exit_code
  std::uint32_t message = 0;      // position in WorkflowState::messages, plus 1; 0: none
  std::uint32_t download_ms = 0;  // before started_at
  std::uint32_t upload_ms = 0;    // after ended_at
  Status status = Status::kSubmitting;
  std::uint8_t lost_in_a_row = 0;  // attempts lost just before this one
  std::uint8_t free_retries = 0;   // attempts that did not use up max_retries; stays at 255
  StopReason stopping : 4 = StopReason::kNone;
  AtBarrier barrier : 2 = AtBarrier::kNotYet;
  bool has_exit_code : 1 = false;

  friend bool operator==(const TaskState&, const TaskState&) = default;
};
static_assert(sizeof(TaskState) == 72);

// A group of tasks. SCHEDULING and INITIALIZING begin with its tasks' `queued_at` and `placed_at`.
struct GroupState {
  Instant released_at;  // PROCESSING: nothing upstream is left
  Instant started_at;   // first RUNNING
  Instant ended_at;
  std::uint32_t upstream_left = 0;
  std::uint32_t lane = 0;  // derived: position in WorkflowState::lanes
  Status status = Status::kSubmitting;
  bool unsettled = false;  // derived: is in WorkflowState::unsettled
  bool preempted = false;  // derived: its last preemption is not over (kStopping, kQueued)

  friend bool operator==(const GroupState&, const GroupState&) = default;
};
static_assert(sizeof(GroupState) == 40);

// An attempt that another one has followed.
struct PastAttempt {
  TaskIndex task;
  std::uint32_t number = 0;
  HostId host;
  std::optional<std::int32_t> exit_code;
  std::uint32_t message = 0;  // as in TaskState
  bool lost = false;
  std::uint32_t download_ms = 0;
  std::uint32_t upload_ms = 0;
  GpuSet gpus;
  Instant queued_at;
  Instant placed_at;
  Instant started_at;
  Instant ended_at;
  Usage usage;
  std::uint32_t gpu_part = 0;            // as event::AttemptPlaced
  Status status = Status::kRescheduled;  // another one where the whole workflow was reopened
  friend bool operator==(const PastAttempt&, const PastAttempt&) = default;
};

// Of an attempt whose command was started again in place, and of the task: rare, so beside its row.
struct Restarts {
  std::uint32_t incarnation = 0;  // of the present attempt's command; 0: its first
  std::uint32_t counted = 0;      // by an exit action, over all attempts of the task
  std::uint32_t message = 0;      // why the last time; as in TaskState
  bool starting = false;          // it was told to, and has not said that the command runs
  friend bool operator==(const Restarts&, const Restarts&) = default;
};

// When something was paused, and by whom the last time.
struct PauseLog {
  Instant since;  // set: it is paused now
  std::string user;
  std::string message;
  std::vector<std::pair<Instant, Instant>> over;  // earlier times, in order

  bool is_on() const { return since.is_set(); }
  friend bool operator==(const PauseLog&, const PauseLog&) = default;
};

// What was said of one attempt's stop that is not its workflow's.
struct StopNote {
  std::string user;  // as event::AttemptStopping
  std::string message;
  Instant at;
  StopForce force = StopForce::kGrace;
  friend bool operator==(const StopNote&, const StopNote&) = default;
};

// Derived, for groups of several tasks only: what would otherwise need a scan of the group.
struct GangState {
  GroupIndex group;
  StatusCounts counts;  // of its tasks' latest attempts
  TaskIndex lead;
  std::uint32_t parked = 0;    // at the barrier
  std::uint32_t passed = 0;    // through the barrier, unfinished and not told to start again
  std::uint32_t stopping = 0;  // told to stop for good and unfinished
};

// What only a few attempts have.
struct AttemptClock {
  Instant released_at;  // INITIALIZING: from its group's barrier
  Micros stop_limit{};  // told to stop: the limit that it reached
  friend bool operator==(const AttemptClock&, const AttemptClock&) = default;
};

struct WorkflowState {
  WorkflowKey key;
  std::shared_ptr<const Workflow> spec;  // shared with the API's readers, which may outlive this entry
  Submission submission;
  WorkflowStatus status = WorkflowStatus::kPending;
  Instant started_at;  // first RUNNING
  Instant ended_at;
  std::string message;                         // of the last WorkflowMoved that had one
  std::optional<event::CancelAsked> canceled;  // nothing new starts once it is set
  Instant canceled_at;
  std::uint32_t reopenings = 0;  // how often it was finished and went on
  Instant reopened_at;           // for the last time

  std::vector<GroupState> groups;
  std::vector<TaskState> tasks;
  std::vector<PastAttempt> past;          // in the order in which they ended
  std::vector<Usage> usage;               // by task, of latest attempts that have ended; empty until one used something
  std::map<TaskIndex, TaskIndex> behind;  // which attempt waits behind which (core/succession.h)
  std::map<TaskIndex, AttemptClock> clocks;
  std::map<TaskIndex, std::uint32_t> gpu_parts;  // of latest attempts, as event::AttemptPlaced; those that have one
  std::map<TaskIndex, Restarts> restarts;        // of tasks that have any (core/incarnation.h)
  LimitChanges limits;                           // what of the file's time limits has been changed
  PauseLog pause;                                // of the whole workflow (core/pause.h)
  std::map<TaskIndex, PauseLog> task_pauses;     // of tasks that were ever paused
  std::map<TaskIndex, StopNote> stop_notes;      // of attempts that are stopping, some of them
  std::map<GroupIndex, Preemption> preemptions;
  std::vector<std::string> messages;  // each text once, as far as it repeats in a row

  // Derived.
  PoolId pool;
  StatusCounts group_counts;
  StatusCounts task_counts;                // of latest attempts
  std::uint32_t active = 0;                // tasks that hold resources
  GpuTime gpu_time;                        // of ended attempts (core/cost.h)
  std::map<TaskIndex, TaskIndex> next_up;  // `behind` the other way round
  std::vector<Lane> lanes;                 // one per distinct shape
  std::vector<std::uint32_t> task_lanes;   // per task, where a retry of a gang's task queues; empty without gangs
  std::vector<GangState> gangs;            // by group
  std::vector<GroupIndex> unsettled;       // something happened; the rules of the group have not been asked yet
  std::vector<GroupIndex> doomed;          // an upstream group failed
  std::uint32_t swept = 0;                 // groups before this one are done with the cancellation
  bool listed_unsettled = false;           // is in State::unsettled

  // What makes the next decisions better and no state different; not kept in a snapshot.
  std::uint8_t quick_in_a_row = 0;    // attempts that ended within kQuick; stays at kQuickInARow
  std::vector<TaskIndex> followable;  // behind which another one might be placed; hints

  std::string_view message_of(const TaskState& task) const {
    return task.message == 0 ? std::string_view() : messages[task.message - 1];
  }
  Usage usage_of(TaskIndex task) const { return usage.empty() ? Usage() : usage[task.value()]; }
  TaskState& task(TaskIndex index) { return tasks[index.value()]; }
  const TaskState& task(TaskIndex index) const { return tasks[index.value()]; }
  GroupState& group(GroupIndex index) { return groups[index.value()]; }
  const GroupState& group(GroupIndex index) const { return groups[index.value()]; }
  // Null for a group of one task.
  GangState* gang(GroupIndex index);
  const GangState* gang(GroupIndex index) const;
};

// Who holds a device, or a part of it.
struct Holder {
  WorkflowKey workflow;
  TaskIndex task;
  friend auto operator<=>(const Holder&, const Holder&) = default;
};

// A host. It exists in the state as long as it is there or an attempt is believed to be on it.
struct HostState {
  HostId id;
  std::string name;
  HostCapacity capacity;
  std::string gpu_problem;  // as fact::HostJoined
  LimitProblems limit_problems;
  HostPlaces places;
  bool joined = false;  // it is there: attempts may be placed
  std::uint64_t cpus_used = 0;
  std::uint64_t memory_used = 0;
  std::uint64_t storage_used = 0;
  GpuSet gpus_used;                               // somebody has something of them
  std::map<unsigned, GpuUse> gpu_use;             // of those
  std::set<std::pair<unsigned, Holder>> holders;  // device and who holds it
  std::uint32_t active = 0;                       // attempts believed on it

  // How busy its devices are, asked for when a load-balanced placement has a choice (core/measuring.h).
  std::vector<GpuLoad> loads;
  Instant measured_at;
  bool measuring = false;  // asked, and the answer is on its way
};

enum class Placing : std::uint8_t { kOn = 0, kPaused = 1 };

struct State {
  InstanceId instance;
  std::map<WorkflowKey, WorkflowState> workflows;  // unfinished ones, and finished ones until they are retired
  std::map<HostId, HostState> hosts;
  Placing placing = Placing::kOn;
  Micros start_timeout{};        // how long an attempt may be INITIALIZING; 0: for ever
  Instant hosts_awaited_until;   // after a start of the server: no group is given up before a host had time to join
  std::vector<PoolState> pools;  // by PoolId; the settings come from outside, what is used is derived
  std::map<std::string, PoolId, std::less<>> pool_ids;
  SchedulerSettings scheduler;

  // Derived.
  ReadyQueues ready;  // lanes that have something to offer
  DeadlineQueue deadlines;
  std::vector<Deadline> postponed;     // due, but a host has to say first what became of its attempts (core/expiry.h)
  std::vector<WorkflowKey> unsettled;  // workflows with groups that are unsettled, doomed or to be swept
  std::set<WorkflowKey> lines;         // workflows with attempts that wait behind others
  std::map<GroupKey, std::uint32_t> borrowers;  // LOW groups that hold resources: how many of their tasks do
  bool plan_again = false;                      // the last plan stopped at its budget

  // What makes the next decisions better; not kept.
  std::set<Claim> claims;  // made or renewed by the last placement
  Instant look_again;      // when somebody who is still protected may be told to give way

  WorkflowState* find(WorkflowKey key);
  const WorkflowState* find(WorkflowKey key) const;
};

// The tasks of a group, in file order.
class TaskRange {
 public:
  class Iterator {
   public:
    explicit Iterator(std::uint32_t at) : at_(at) {}
    TaskIndex operator*() const { return TaskIndex(at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    std::uint32_t at_;
  };
  explicit TaskRange(const GroupSpec& group)
      : first_(group.first_task.value()), last_(group.first_task.value() + group.task_count) {}
  Iterator begin() const { return Iterator(first_); }
  Iterator end() const { return Iterator(last_); }

 private:
  std::uint32_t first_;
  std::uint32_t last_;
};

// The attempt that `task` is at.
AttemptId attempt_of(const State& state, const WorkflowState& workflow, TaskIndex task);

// INITIALIZING or RUNNING: it holds resources and its runner answers for it.
constexpr bool is_active(Status status) { return status == Status::kInitializing || status == Status::kRunning; }

// Told to stop and not to start again.
constexpr bool is_final_stop(StopReason reason) {
  return reason != StopReason::kNone && reason != StopReason::kGroupRestart && reason != StopReason::kTakenBack &&
         reason != StopReason::kPreempted;
}

}  // namespace sennit::core

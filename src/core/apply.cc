#include "core/apply.h"

#include <utility>

#include "base/check.h"
#include "core/bookkeeping.h"
#include "core/cost.h"
#include "core/incarnation.h"
#include "core/pause.h"
#include "core/pools.h"
#include "core/preempt.h"
#include "core/reopen.h"
#include "core/status_moves.h"
#include "core/stop_rules.h"
#include "core/succession.h"
#include "core/timing.h"
#include "core/transition.h"
#include "model/exit_codes.h"

namespace sennit::core {
namespace {

// Beside the tasks, for it is read when somebody asks and never by the scheduler.
void keep_usage(WorkflowState& workflow, TaskIndex task, const Usage& usage) {
  if (workflow.usage.empty() && !usage.any()) return;
  workflow.usage.resize(workflow.tasks.size());
  workflow.usage[task.value()] = usage;
}

std::uint32_t keep_message(WorkflowState& workflow, const std::string& text) {
  if (text.empty()) return 0;
  if (workflow.messages.empty() || workflow.messages.back() != text) workflow.messages.push_back(text);
  return static_cast<std::uint32_t>(workflow.messages.size());
}

class Applier {
 public:
  Applier(State& state, WorkflowState& workflow, Instant at, StatusMoves* moves)
      : state_(state), workflow_(workflow), statuses_(workflow, moves), at_(at) {}

  void operator()(const event::Submitted&) {
    check_failed("submitted otherwise than by apply_submitted", __FILE__, __LINE__);
  }

  void operator()(const event::AttemptPlaced& e) {
    const Retimed timed(state_, workflow_, e.task);
    TaskState& task = workflow_.task(e.task);
    if (is_behind(workflow_, e.task)) {
      step_out(state_, workflow_, e.task);
    } else {
      statuses_.move(e.task, TaskEvent::kPlace);
      place_group(group_of(e.task));
    }
    task.host = e.host;
    task.gpus = e.gpus;
    if (e.gpu_part != 0) workflow_.gpu_parts[e.task] = e.gpu_part;
    if (task.status == Status::kInitializing) task.placed_at = at_;
    if (e.behind) {
      put_behind(state_, workflow_, e.task, *e.behind);
    } else {
      take_seat(e.task);
    }
    if (is_at_cap(workflow_)) list_lanes(state_, workflow_);
  }

  void operator()(const event::AttemptStarted& e) {
    const Retimed timed(state_, workflow_, e.task);
    TaskState& task = workflow_.task(e.task);
    task.pid = e.pid;
    if (task.stopping == StopReason::kTakenBack) task.stopping = StopReason::kNone;  // it began before it could be
    pass_barrier(e.task);
    note_begun_or_over(workflow_, e.task);
    if (task.status == Status::kRunning) return;  // started again in place: the row goes on
    statuses_.move(e.task, TaskEvent::kStart);
    task.started_at = at_;
    task.download_ms = e.download_ms;
    workflow_.clocks.erase(e.task);
    run_group(group_of(e.task));
  }

  void operator()(const event::AttemptAtBarrier& e) {
    const Retimed timed(state_, workflow_, e.task);
    workflow_.task(e.task).barrier = AtBarrier::kParked;
    if (GangState* gang = workflow_.gang(group_of(e.task))) ++gang->parked;
    unsettle(state_, workflow_, group_of(e.task));
  }

  void operator()(const event::BarrierReleased& e) {
    GangState* gang = workflow_.gang(e.group);
    for (const TaskIndex index : TaskRange(workflow_.spec->group(e.group))) {
      TaskState& task = workflow_.task(index);
      if (task.barrier != AtBarrier::kParked) continue;
      const Retimed timed(state_, workflow_, index);
      task.barrier = AtBarrier::kPassed;
      workflow_.clocks[index].released_at = at_;
    }
    gang->passed += std::exchange(gang->parked, 0);
  }

  void operator()(const event::AttemptRestarted& e) {
    const Retimed timed(state_, workflow_, e.task);
    TaskState& task = workflow_.task(e.task);
    forget_barrier(e.task);
    task.pid = 0;
    if (task.stopping == StopReason::kGroupRestart) task.stopping = StopReason::kNone;
    note_restart(workflow_, e, keep_message(workflow_, e.message));
    if (task.status == Status::kInitializing) workflow_.clocks[e.task].released_at = at_;
    unsettle(state_, workflow_, group_of(e.task));
  }

  void operator()(const event::AttemptStopping& e) {
    const Retimed timed(state_, workflow_, e.task);
    TaskState& task = workflow_.task(e.task);
    const bool was_final = is_final_stop(task.stopping);
    note_stop(workflow_, e, at_);
    task.stopping = e.reason;
    if (is_final_stop(e.reason)) end_pause(state_, workflow_, e.task, at_);
    GangState* gang = workflow_.gang(group_of(e.task));
    if (gang != nullptr && !was_final && is_final_stop(e.reason)) ++gang->stopping;
    // It comes to the barrier again with its next attempt.
    const bool parked = task.barrier == AtBarrier::kParked;
    const bool comes_again = e.reason == StopReason::kGroupRestart || e.reason == StopReason::kPreempted;
    if (comes_again || (e.reason == StopReason::kTakenBack && parked)) forget_barrier(e.task);
    if (e.limit.count() > 0) workflow_.clocks[e.task].stop_limit = e.limit;
  }

  void operator()(const event::TaskEnded& e) {
    const Retimed timed(state_, workflow_, e.task);
    TaskState& task = workflow_.task(e.task);
    const bool was_active = is_active(task.status);
    const bool was_charged = is_charged(workflow_, e.task);
    note_end(workflow_, e.task, at_);
    end_attempt(e.task);
    statuses_.move(e.task, task_event_to(e.to));
    end_pause(state_, workflow_, e.task, at_);
    if (was_active && is_own_end(e.to)) run_group_of_rest(e.task);
    task.ended_at = at_;
    task.has_exit_code = e.exit_code.has_value();
    task.exit_code = e.exit_code.value_or(0);
    task.message = keep_message(workflow_, e.message);
    keep_usage(workflow_, e.task, e.usage);
    task.upload_ms = e.upload_ms;
    recharge(state_, workflow_, e.task, was_charged);
    unsettle(state_, workflow_, group_of(e.task));
  }

  void operator()(const event::TaskRescheduled& e) {
    const Retimed timed(state_, workflow_, e.task);
    const bool was_charged = is_charged(workflow_, e.task);
    const bool restarted = is_free_retry(workflow_.task(e.task), e);
    end_attempt(e.task);
    statuses_.move(e.task, TaskEvent::kReschedule);
    keep_past(e);
    begin_attempt(e, restarted);
    note_new_attempt(workflow_, e.task);
    statuses_.move(e.task, TaskEvent::kSubmit);
    statuses_.move(e.task, TaskEvent::kRelease);
    workflow_.task(e.task).queued_at = e.due;
    recharge(state_, workflow_, e.task, was_charged);
    if (e.due <= at_ && !waits_for_its_group(workflow_, e.task)) queue_retry(e.task);
    unsettle(state_, workflow_, group_of(e.task));
  }

  void operator()(const event::RetryDue& e) {
    const Retimed timed(state_, workflow_, e.task);
    queue_retry(e.task);
  }

  void operator()(const event::GroupMoved& e) {
    const Retimed timed(state_, workflow_, e.group);
    statuses_.move(e.group, group_event_to(e.to));
    workflow_.group(e.group).ended_at = at_;
    for (const GroupIndex down : workflow_.spec->downstream.of(e.group)) upstream_ended(down, e.to);
    unsettle(state_, workflow_);
  }

  void operator()(const event::WorkflowMoved& e) {
    const Retimed timed(state_, workflow_);
    statuses_.move(e.to);
    if (!e.message.empty()) workflow_.message = e.message;
    if (is_finished(e.to)) {
      workflow_.ended_at = at_;
      end_pause(workflow_, at_);
      unlist_lanes(state_, workflow_);
      return;
    }
    start_workflow();
  }

  void operator()(const event::Reopened&) {
    const WorkflowStatus from = workflow_.status;
    begin_again(state_, workflow_, at_);
    statuses_.note_reopened(from);
    statuses_.submit_rows();
    release_groups();
  }
  void operator()(const event::LimitSet& e) { set_limits(state_, workflow_, e); }

  void operator()(const event::CancelAsked& e) {
    const Retimed timed(state_, workflow_);
    workflow_.swept = 0;
    if (workflow_.canceled) {  // asked once more, with force
      workflow_.canceled->force = e.force;
      return unsettle(state_, workflow_);
    }
    workflow_.canceled = e;
    workflow_.canceled_at = at_;
    end_pause(workflow_, at_);
    unlist_lanes(state_, workflow_);
    unsettle(state_, workflow_);
  }

  void operator()(const event::GroupPreempted& e) {
    const Retimed timed(state_, workflow_, e.group);
    begin_preemption(state_, workflow_, e, at_);
    unsettle(state_, workflow_, e.group);
  }

  void operator()(const event::GroupRequeued& e) {
    const Retimed timed(state_, workflow_, e.group);
    workflow_.preemptions.at(e.group).phase = Preemption::Phase::kQueued;
    workflow_.group(e.group).started_at = Instant();  // its time limit does not run while it waits
    for (const TaskIndex index : TaskRange(workflow_.spec->group(e.group))) {
      TaskState& task = workflow_.task(index);
      if (is_group_finished(task.status)) continue;
      if (task.status == Status::kProcessing) statuses_.move(index, TaskEvent::kQueue);
      task.queued_at = at_;
    }
    queue_group(e.group);
  }

  void operator()(const event::Paused& e) { apply_paused(state_, workflow_, e, at_); }
  void operator()(const event::Resumed& e) { apply_resumed(state_, workflow_, e, at_); }

  // Those that wait for nothing.
  void release_groups() {
    for (std::uint32_t g = 0; g < workflow_.groups.size(); ++g) {
      const GroupState& group = workflow_.groups[g];
      if (group.upstream_left == 0 && group.status == Status::kWaiting) release_group(GroupIndex(g));
    }
  }

 private:
  // Nothing upstream is left: PROCESSING, and at once SCHEDULING, because nothing has to be created first.
  void release_group(GroupIndex index) {
    const Retimed timed(state_, workflow_, index);
    GroupState& group = workflow_.group(index);
    statuses_.move(index, GroupEvent::kRelease);
    statuses_.move(index, GroupEvent::kQueue);
    group.released_at = at_;
    for (const TaskIndex task : TaskRange(workflow_.spec->group(index))) {
      if (is_group_finished(workflow_.task(task).status)) continue;  // cancelled by itself before that
      statuses_.move(task, TaskEvent::kRelease);
      statuses_.move(task, TaskEvent::kQueue);
      workflow_.task(task).queued_at = at_;
    }
    queue_group(index);
  }

  // As one.
  void queue_group(GroupIndex index) {
    const std::uint32_t lane = workflow_.group(index).lane;
    workflow_.lanes[lane].push(workflow_.spec->group(index).first_task);
    list_lane(state_, workflow_, lane);
  }

  // With the first task that starts.
  void start_workflow() {
    if (workflow_.started_at.is_set()) return;
    const Retimed timed(state_, workflow_);
    workflow_.started_at = at_;
  }

  void run_group(GroupIndex index) {
    GroupState& group = workflow_.group(index);
    const bool runs_now = statuses_.move(index, GroupEvent::kRun);
    if (runs_now || !group.started_at.is_set()) group.started_at = at_;  // also after a preemption
    start_workflow();
    if (workflow_.status == WorkflowStatus::kPending) unsettle(state_, workflow_);
  }

  // A group in which some are finished and some are not runs (reference: section 4.8), also if the finished ones never
  // did. What ends all of its tasks one after the other says nothing about that.
  static bool is_own_end(Status to) {
    return to != Status::kFailedCanceled && to != Status::kFailedExecTimeout && to != Status::kFailedQueueTimeout;
  }
  void run_group_of_rest(TaskIndex ended) {
    const GangState* gang = workflow_.gang(group_of(ended));
    if (gang != nullptr && gang->counts.unfinished() > 0) run_group(group_of(ended));
  }

  GroupIndex group_of(TaskIndex task) const { return workflow_.spec->tasks[task.value()].group; }

  void upstream_ended(GroupIndex down, Status to) {
    GroupState& group = workflow_.group(down);
    if (to != Status::kCompleted) {
      if (!is_group_finished(group.status)) workflow_.doomed.push_back(down);
      return;
    }
    --group.upstream_left;
    if (group.upstream_left == 0 && group.status == Status::kWaiting && waits(down)) release_group(down);
  }

  // A cancellation may have ended the group's tasks before the group itself is moved; of single ones, the others go on.
  bool waits(GroupIndex group) const {
    for (const TaskIndex task : TaskRange(workflow_.spec->group(group))) {
      if (workflow_.task(task).status == Status::kWaiting) return true;
    }
    return false;
  }

  // With the first task of it that is placed, for the first time or after a preemption.
  void place_group(GroupIndex index) {
    GroupState& group = workflow_.group(index);
    const bool is_first = statuses_.move(index, GroupEvent::kInitialize) || group.preempted;
    if (std::exchange(group.preempted, false)) workflow_.preemptions.at(index).phase = Preemption::Phase::kBack;
    if (!is_first) return;
    for (const TaskIndex task : TaskRange(workflow_.spec->group(index))) recharge(state_, workflow_, task, false);
  }

  // It was asked to end, so its budget is not touched.
  static bool is_free_retry(const TaskState& task, const event::TaskRescheduled& e) {
    if (task.stopping == StopReason::kPreempted) return e.exit_code == exit_codes::kPreempted;
    return task.stopping == StopReason::kGroupRestart || task.stopping == StopReason::kTakenBack;
  }

  // What an attempt holds, and its part in the group's counters, ends with it.
  void end_attempt(TaskIndex index) {
    TaskState& task = workflow_.task(index);
    count_gpu_time(workflow_, index, at_);
    if (is_active(task.status)) {
      const bool was_at_cap = is_at_cap(workflow_);
      leave_seat(index);
      if (was_at_cap) list_lanes(state_, workflow_);
    }
    forget_barrier(index);
    note_begun_or_over(workflow_, index);
    GangState* gang = workflow_.gang(group_of(index));
    if (gang != nullptr && is_final_stop(task.stopping)) --gang->stopping;
    workflow_.clocks.erase(index);
    workflow_.stop_notes.erase(index);
  }

  void take_seat(TaskIndex index) {
    acquire(state_, workflow_, index);
    ++workflow_.active;
    note_seat(workflow_, index);
  }

  void leave_seat(TaskIndex index) {
    if (is_behind(workflow_, index)) return step_out(state_, workflow_, index);
    give_back(state_, workflow_, index);
    --workflow_.active;
    const std::optional<TaskIndex> next = next_in_line(workflow_, index);
    if (!next) return;
    const Retimed timed(state_, workflow_, *next);
    step_out(state_, workflow_, *next);
    if (workflow_.task(*next).status == Status::kInitializing) workflow_.task(*next).placed_at = at_;
    take_seat(*next);
  }

  // Whoever runs is through, whatever was heard of it before.
  void pass_barrier(TaskIndex index) {
    TaskState& task = workflow_.task(index);
    GangState* gang = workflow_.gang(group_of(index));
    if (gang == nullptr || task.barrier == AtBarrier::kPassed) return;
    if (task.barrier == AtBarrier::kParked) --gang->parked;
    ++gang->passed;
    task.barrier = AtBarrier::kPassed;
  }

  void forget_barrier(TaskIndex index) {
    TaskState& task = workflow_.task(index);
    GangState* gang = workflow_.gang(group_of(index));
    if (gang != nullptr && task.barrier == AtBarrier::kParked) --gang->parked;
    if (gang != nullptr && task.barrier == AtBarrier::kPassed) --gang->passed;
    task.barrier = AtBarrier::kNotYet;
  }

  void keep_past(const event::TaskRescheduled& e) {
    PastAttempt past = past_attempt(workflow_, e.task);
    past.exit_code = e.exit_code;
    past.message = keep_message(workflow_, e.message);
    past.lost = e.lost;
    past.upload_ms = e.upload_ms;
    past.ended_at = at_;
    past.usage = e.usage;
    workflow_.past.push_back(past);
  }

  // A new row: it begins like one that was just submitted.
  void begin_attempt(const event::TaskRescheduled& e, bool restarted) {
    const TaskIndex index = e.task;
    TaskState& task = workflow_.task(index);
    const bool is_free = (e.lost || restarted) && task.free_retries < 255;
    keep_usage(workflow_, index, {});
    TaskState next;
    next.number = task.number + 1;
    next.free_retries = static_cast<std::uint8_t>(task.free_retries + (is_free ? 1 : 0));
    // A loss that counted as a retry goes on with the row.
    if (e.exit_code == exit_codes::kLost) next.lost_in_a_row = task.lost_in_a_row;
    if (e.lost) ++next.lost_in_a_row;
    workflow_.task_counts.move(task.status, next.status);
    GangState* gang = workflow_.gang(group_of(index));
    if (gang != nullptr) gang->counts.move(task.status, next.status);
    task = next;
  }

  void queue_retry(TaskIndex index) {
    statuses_.move(index, TaskEvent::kQueue);
    workflow_.task(index).queued_at = at_;
    const std::uint32_t lane = lane_of(workflow_, index);
    workflow_.lanes[lane].push(index);
    list_lane(state_, workflow_, lane);
  }

  State& state_;
  WorkflowState& workflow_;
  StatusWriter statuses_;
  Instant at_;
};

}  // namespace

void apply_submitted(State& state, const Event& event, std::shared_ptr<const Workflow> spec, StatusMoves* moves) {
  WorkflowState workflow;
  workflow.key = event.workflow;
  workflow.spec = std::move(spec);
  workflow.submission = std::get<event::Submitted>(event.what).submission;
  workflow.groups.resize(workflow.spec->groups.size());
  workflow.tasks.resize(workflow.spec->tasks.size());
  derive(workflow);
  StatusWriter(workflow, moves).submit_rows();
  adopt(state, std::move(workflow));
  WorkflowState& added = *state.find(event.workflow);
  Applier(state, added, event.at, moves).release_groups();
}

void apply(State& state, const Event& event, StatusMoves* moves) {
  WorkflowState* workflow = state.find(event.workflow);
  SENNIT_CHECK(workflow != nullptr);
  Applier applier(state, *workflow, event.at, moves);
  std::visit(applier, event.what);
}

Result<void> replay(State& state, const Event& event, StatusMoves* moves) {
  const WorkflowState* workflow = state.find(event.workflow);
  if (workflow == nullptr) return Error(ErrorCode::kCorrupt, "event of an unknown workflow");
  SENNIT_TRY(check_event(*workflow, event));
  apply(state, event, moves);
  return {};
}

void adopt(State& state, WorkflowState workflow) {
  const WorkflowKey key = workflow.key;
  const auto [it, added] = state.workflows.emplace(key, std::move(workflow));
  SENNIT_CHECK(added);
  WorkflowState& adopted = it->second;
  adopted.pool = pool_named(state, adopted.submission.pool);
  for (std::uint32_t t = 0; t < adopted.tasks.size(); ++t) {
    const TaskIndex task(t);
    if (is_seated(adopted, task)) acquire(state, adopted, task);
    recharge(state, adopted, task, false);
  }
  if (!adopted.behind.empty()) state.lines.insert(key);
  arm_all(state, adopted);
  list_lanes(state, adopted);
  unsettle(state, adopted);
}

void retire(State& state, WorkflowKey key) {
  WorkflowState* workflow = state.find(key);
  if (workflow == nullptr) return;
  unlist_lanes(state, *workflow);
  if (workflow->active > 0 || !workflow->gangs.empty()) {
    for (std::uint32_t t = 0; t < workflow->tasks.size(); ++t) {
      const TaskIndex task(t);
      uncharge(state, *workflow, task);
      if (is_seated(*workflow, task)) give_back(state, *workflow, task);
    }
  }
  if (workflow->listed_unsettled) std::erase(state.unsettled, key);
  state.lines.erase(key);
  for (const Lane& lane : workflow->lanes) state.ready.drop_if_empty(queue_of(*workflow, lane));
  state.workflows.erase(key);
}

}  // namespace sennit::core

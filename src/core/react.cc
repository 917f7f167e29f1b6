#include "core/react.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/decide.h"
#include "core/expiry.h"
#include "core/incarnation.h"
#include "core/pause.h"
#include "core/pools.h"
#include "core/preempt.h"
#include "core/reopen.h"
#include "core/requests.h"
#include "core/restart_rules.h"
#include "core/stop_rules.h"
#include "core/timeout_text.h"
#include "core/timing.h"
#include "core/transition.h"
#include "model/exit_codes.h"

namespace sennit::core {
namespace {

using Cause = event::AttemptRestarted::Cause;

class Reactor {
 public:
  Reactor(State& state, Instant now, EventSink& sink) : state_(state), now_(now), decider_(state, now, sink) {}

  void operator()(const fact::Submit& submit) {
    Event event{submit.key, now_, event::Submitted{submit.submission}};
    apply_submitted(state_, event, submit.workflow);
    decider_.sink().emit(std::move(event));
  }

  void operator()(const fact::AttemptStarted& report) {
    const WorkflowState* workflow = latest(report.attempt);
    // Of an attempt that we gave up, or of a workflow that is gone: it must not run on unseen.
    if (workflow == nullptr || !is_active(workflow->task(report.attempt.task).status))
      return stop_stray(report.attempt);
    const TaskIndex task = report.attempt.task;
    if (is_late(*workflow, task, report.incarnation) || has_begun(*workflow, task)) return;  // or repeated
    if (workflow->task(task).stopping == StopReason::kStartTimeout) return;                  // too late
    decider_.decide_at(
        workflow->key, sane(report.at, workflow->task(task)),
        event::AttemptStarted{task, report.attempt.number, report.pid, report.incarnation, report.download_ms});
  }

  void operator()(const fact::AttemptAtBarrier& report) {
    const WorkflowState* workflow = latest(report.attempt);
    if (workflow == nullptr || !is_active(workflow->task(report.attempt.task).status))
      return stop_stray(report.attempt);
    const TaskState& task = workflow->task(report.attempt.task);
    if (is_late(*workflow, report.attempt.task, report.incarnation)) return;
    if (has_begun(*workflow, report.attempt.task) || task.barrier == AtBarrier::kParked) return;  // late, repeated
    if (task.stopping == StopReason::kTakenBack) return;                                          // it will come again
    if (task.barrier == AtBarrier::kPassed) {  // our release was lost on the way
      decider_.sink().answer(effect::Release{report.attempt, task.host});
      return;
    }
    decider_.decide(workflow->key, event::AttemptAtBarrier{report.attempt.task, report.attempt.number,
                                                           incarnation_of(*workflow, report.attempt.task)});
  }

  void operator()(const fact::AttemptExited& report) {
    const WorkflowState* workflow = latest(report.attempt);
    // Reported before, or given up as lost: it is settled, and the runner may drop what it keeps.
    if (workflow == nullptr || !is_active(workflow->task(report.attempt.task).status)) return forget(report.attempt);
    // Of a command that was told to start again since: the order for that is on its way, or repeated when the host
    // joins.
    if (is_late(*workflow, report.attempt.task, report.incarnation)) return;
    end_attempt(*workflow, report.attempt.task, report.exit);
  }

  void operator()(const fact::HostJoined& joined) {
    HostState& host = state_.hosts.try_emplace(joined.host).first->second;
    host.id = joined.host;
    host.name = joined.name;
    host.capacity = joined.capacity;
    host.gpu_problem = joined.gpu_problem;
    host.limit_problems = joined.limit_problems;
    host.places = joined.places;
    host.joined = true;
    host.measuring = false;  // who was asked before has not heard it, or its answer is lost
    host.measured_at = {};
    reporting_ = joined.host;
    std::map<AttemptId, std::uint32_t> known;  // with the incarnation of its command
    for (const fact::AttemptStarted& running : joined.running) known[running.attempt] = running.incarnation;
    for (const fact::AttemptExited& exited : joined.exited) {
      std::uint32_t& incarnation = known[exited.attempt];
      incarnation = std::max(incarnation, exited.incarnation);
    }
    for (const fact::AttemptStarted& running : joined.running) {
      if (running.pid != 0) (*this)(running);
    }
    for (const fact::AttemptExited& exited : joined.exited) (*this)(exited);
    // An attempt that never reported may not have reached the host: its start is repeated (effects.h). One that did
    // report and is not there any more is lost. What is known of an earlier command does not make up for one that ran.
    lose(joined.host, "its host no longer knows it", [&](const WorkflowState& workflow, TaskIndex task) {
      const TaskState& row = workflow.task(task);
      const bool reported = row.status == Status::kRunning || row.barrier != AtBarrier::kNotYet;
      if (!reported) return false;
      const auto found = known.find(attempt_of(state_, workflow, task));
      if (found == known.end()) return true;
      return has_begun(workflow, task) && found->second < incarnation_of(workflow, task);
    });
    reporting_.reset();
    resume_postponed(state_);
  }

  void operator()(const fact::HostMeasured& measured) {
    const auto it = state_.hosts.find(measured.host);
    if (it == state_.hosts.end() || !it->second.joined) return;
    it->second.loads = measured.gpus;
    it->second.measured_at = now_;
    it->second.measuring = false;
  }

  void operator()(const fact::HostLost& lost) {
    const auto it = state_.hosts.find(lost.host);
    if (it == state_.hosts.end()) return;
    it->second.joined = false;
    lose(lost.host, lost.why.empty() ? "its host was lost" : lost.why,
         [](const WorkflowState&, TaskIndex) { return true; });
    resume_postponed(state_);
  }

  void operator()(const fact::Cancel& request) { cancel(decider_, request); }
  void operator()(const fact::Pause& request) { pause(decider_, request); }
  void operator()(const fact::Resume& request) { resume(decider_, request); }

  void operator()(const fact::Reopen& reopen) {
    const WorkflowState* workflow = state_.find(reopen.workflow);
    if (workflow == nullptr || !can_reopen(*workflow)) return;
    decider_.decide(workflow->key, event::Reopened{reopen.user, reopen.message});
  }

  void operator()(const fact::SetLimits& asked) {
    const WorkflowState* workflow = state_.find(asked.workflow);
    if (workflow == nullptr || is_finished(workflow->status) || workflow->canceled) return;
    if (asked.limits.group && asked.limits.group->value() >= workflow->groups.size()) return;
    decider_.decide(workflow->key, asked.limits);
  }

  void operator()(const fact::PoolsConfigured& configured) { configure_pools(state_, configured); }

  void operator()(const fact::Tick&) {}

 private:
  // The workflow, if `attempt` is the latest one of a task of it.
  const WorkflowState* latest(const AttemptId& attempt) const {
    if (attempt.instance != state_.instance) return nullptr;
    const WorkflowState* workflow = state_.find(attempt.workflow);
    if (workflow == nullptr || attempt.task.value() >= workflow->tasks.size()) return nullptr;
    return workflow->task(attempt.task).number == attempt.number ? workflow : nullptr;
  }

  // About an earlier command of the attempt than the present one.
  static bool is_late(const WorkflowState& workflow, TaskIndex task, std::uint32_t incarnation) {
    return incarnation < incarnation_of(workflow, task);
  }

  // The host that speaks: during a join it is named; else the one that the attempt was on, as far as we remember.
  HostId host_of(const AttemptId& attempt) const {
    if (reporting_) return *reporting_;
    const WorkflowState* workflow = state_.find(attempt.workflow);
    if (workflow == nullptr || attempt.task.value() >= workflow->tasks.size()) return only_host();
    if (workflow->task(attempt.task).number == attempt.number && workflow->task(attempt.task).placed_at.is_set()) {
      return workflow->task(attempt.task).host;
    }
    for (auto past = workflow->past.rbegin(); past != workflow->past.rend(); ++past) {
      if (past->task == attempt.task && past->number == attempt.number) return past->host;
    }
    return only_host();
  }
  HostId only_host() const { return state_.hosts.empty() ? HostId() : state_.hosts.begin()->first; }

  void stop_stray(const AttemptId& attempt) {
    if (attempt.instance != state_.instance) return;  // another server's
    decider_.sink().answer(effect::Stop{attempt, host_of(attempt), StopReason::kCanceled});
  }
  void forget(const AttemptId& attempt) {
    if (attempt.instance != state_.instance) return;
    decider_.sink().answer(effect::Forget{attempt, host_of(attempt)});
  }

  // A host's clock may be off, or the report may carry none.
  Instant sane(Instant at, const TaskState& task) const {
    return at.is_set() ? std::clamp(at, std::min(task.placed_at, now_), now_) : now_;
  }

  void end_attempt(const WorkflowState& workflow, TaskIndex index, const AttemptExit& exit) {
    const TaskState& task = workflow.task(index);
    const bool ran = exit.how == AttemptExit::How::kExited || exit.how == AttemptExit::How::kSignaled;
    const bool by_itself = ran && ended_before_stop(workflow, index, end_of(task, exit));
    if (task.stopping == StopReason::kStartTimeout && !by_itself) {
      return conclude(workflow, index, exit_of_start_timeout(workflow, index, exit));
    }
    // The start was not heard of, but it happened; times and statuses should say so.
    if (ran && !has_begun(workflow, index)) {
      decider_.decide_at(workflow.key, sane(exit.at - Micros(exit.ran_us), task),
                         event::AttemptStarted{index, task.number, 0, incarnation_of(workflow, index)});
    }
    if (task.stopping == StopReason::kGroupRestart && !workflow.canceled) {
      return restart_in_place(decider_, workflow, index, Cause::kGroup, {});
    }
    if (task.stopping == StopReason::kTakenBack && !workflow.canceled) return wait_again(workflow, index);
    const Instant at = end_of(task, exit);
    if (task.stopping == StopReason::kPreempted && !workflow.canceled && !by_itself) {
      return give_way(workflow, index, at, exit);
    }
    const StopReason reason = stop_reason(workflow, task);
    if (reason != StopReason::kNone && !by_itself) {
      return end_at(workflow, index, at, verdict_of_stop(workflow, index, reason, at), exit);
    }
    conclude(workflow, index, exit);
  }

  // Of one that was told to stop, not to be over: what counts is what was asked for since, if anything was.
  static StopReason stop_reason(const WorkflowState& workflow, const TaskState& task) {
    if (is_final_stop(task.stopping) || task.stopping == StopReason::kNone) return task.stopping;
    return workflow.canceled ? reason_of(*workflow.canceled) : StopReason::kNone;
  }

  void give_way(const WorkflowState& workflow, TaskIndex index, Instant at, const AttemptExit& exit) {
    Verdicted verdict = verdict_of_preemption(workflow, index, at);
    if (verdict.status != Status::kRescheduled) return end_at(workflow, index, at, std::move(verdict), exit);
    decider_.decide(workflow.key,
                    event::TaskRescheduled{index, workflow.task(index).number, verdict.exit_code, now_, false,
                                           std::move(verdict.message), exit.usage, exit.upload_ms});
  }

  // It was paused before it began.
  void wait_again(const WorkflowState& workflow, TaskIndex index) {
    decider_.decide(workflow.key, event::TaskRescheduled{index, workflow.task(index).number, std::nullopt, now_, false,
                                                         "paused before it began"});
  }

  // What exit actions and retries make of an end that nobody else decides.
  void conclude(const WorkflowState& workflow, TaskIndex index, const AttemptExit& exit) {
    const TaskState& task = workflow.task(index);
    const Instant at = end_of(task, exit);
    Ending ending = ending_of(workflow, index, exit, now_);
    if (ending.next == Ending::Next::kNothing) {
      // A start that times out after the command ran was too late.
      const TaskEvent event = task_event_to(ending.verdict.status);
      if (task_move(task.status, event).verdict == Verdict::kIgnore) return;
      return end_at(workflow, index, at, std::move(ending.verdict), exit);
    }
    const bool stopped = is_final_stop(task.stopping) && task.stopping != StopReason::kStartTimeout;
    if (workflow.canceled || stopped || group_is_ending(workflow, index)) {
      return end_at(workflow, index, at, classify(exit), exit);
    }
    restart_others(decider_, workflow, index);
    // One that was told to stop has no place left to be started in.
    if (ending.next == Ending::Next::kCommand && task.stopping == StopReason::kNone) {
      return restart_in_place(decider_, workflow, index, Cause::kExitAction, std::move(ending.verdict));
    }
    const Instant due = ending.next == Ending::Next::kCommand ? now_ : ending.due;
    decider_.decide(workflow.key,
                    event::TaskRescheduled{index, task.number, ending.verdict.exit_code, due, ending.lost,
                                           std::move(ending.verdict.message), exit.usage, exit.upload_ms});
  }

  // It was stopped before it began, whatever became of it then.
  static AttemptExit exit_of_start_timeout(const WorkflowState& workflow, TaskIndex index, const AttemptExit& exit) {
    AttemptExit failed;
    failed.how = AttemptExit::How::kNotStarted;
    failed.code = exit_codes::kStartTimeout;
    failed.message = start_timeout_text(workflow, index);
    failed.at = exit.at;
    return failed;
  }

  // The command ended by itself, before it was told to stop, and the report of it was late: its host was not connected
  // when somebody canceled or a limit was reached.
  static bool ended_before_stop(const WorkflowState& workflow, TaskIndex index, Instant at) {
    const StopReason stopping = workflow.task(index).stopping;
    if (stopping == StopReason::kNone) return false;
    if (workflow.canceled && !is_final_stop(stopping)) return at < workflow.canceled_at;
    if (stopping == StopReason::kPreempted) {
      return at < workflow.preemptions.at(workflow.spec->tasks[index.value()].group).at;
    }
    if (!is_final_stop(stopping)) return false;
    const Instant asked = cancel_asked_at(workflow, index, stopping);
    if (asked.is_set()) return at < asked;
    const auto clock = workflow.clocks.find(index);
    if (clock == workflow.clocks.end() || clock->second.stop_limit.count() == 0) return false;
    const bool at_start = stopping == StopReason::kStartTimeout;
    const Instant from = at_start ? start_clock(workflow, index) : exec_clock(workflow, index);
    const Micros stood = at_start || !from.is_set()
                             ? Micros{}
                             : group_clock_stood(workflow, workflow.spec->tasks[index.value()].group, from);
    return from.is_set() && at < from + clock->second.stop_limit + stood;
  }

  // A host whose clock was set back says too early a time, but what it measured on another clock is right.
  Instant end_of(const TaskState& task, const AttemptExit& exit) const {
    if (!exit.at.is_set()) return now_;
    const Micros ran(std::max<std::int64_t>(exit.ran_us, 0));
    return std::min(std::max(exit.at, last_time(task) + ran), now_);
  }

  static Instant last_time(const TaskState& task) {
    return task.started_at.is_set() ? task.started_at : task.placed_at;
  }

  void end_at(const WorkflowState& workflow, TaskIndex index, Instant at, Verdicted verdict, const AttemptExit& exit) {
    decider_.decide_at(workflow.key, at,
                       event::TaskEnded{index, workflow.task(index).number, verdict.status, verdict.exit_code,
                                        std::move(verdict.message), exit.usage, exit.upload_ms});
  }

  // The lead's end is the group's: nothing of it is started again.
  static bool group_is_ending(const WorkflowState& workflow, TaskIndex index) {
    const GangState* gang = workflow.gang(workflow.spec->tasks[index.value()].group);
    return gang != nullptr && gang->lead != index && is_group_finished(workflow.task(gang->lead).status);
  }

  template <class Predicate>
  void lose(HostId host, const std::string& why, Predicate is_lost) {
    if (state_.hosts.at(host).active == 0) return;
    AttemptExit exit;
    exit.how = AttemptExit::How::kLost;
    exit.message = why;
    for (const auto& [key, workflow] : state_.workflows) {
      if (workflow.active == 0) continue;
      for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
        const TaskIndex task(t);
        const TaskState& row = workflow.task(task);
        if (!is_active(row.status) || row.host != host || !is_lost(workflow, task)) continue;
        end_attempt(workflow, task, exit);
      }
    }
  }

  State& state_;
  Instant now_;
  Decider decider_;
  std::optional<HostId> reporting_;  // set while a host's own lists are read
};

}  // namespace

void react(State& state, const Fact& fact, Instant now, EventSink& sink) {
  std::visit(Reactor(state, now, sink), fact);
}

}  // namespace sennit::core

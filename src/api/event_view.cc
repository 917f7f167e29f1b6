#include "api/event_view.h"

#include <fmt/format.h>

#include "api/usage_view.h"
#include "core/exit_rules.h"

namespace sennit::api {
namespace {

std::string to_text(StopReason reason) {
  switch (reason) {
    case StopReason::kNone: return "";
    case StopReason::kCanceled: return "cancelled";
    case StopReason::kExecTimeout: return "ran into its time limit";
    case StopReason::kLeadFinished: return "the group's lead finished";
    case StopReason::kGroupFailed: return "another task of the group failed";
    case StopReason::kPreempted: return "preempted";
    case StopReason::kWorkflowTimeout: return "the workflow ran into its time limit";
    case StopReason::kGroupRestart: return "the group starts again";
    case StopReason::kStartTimeout: return "it did not start in time";
    case StopReason::kTakenBack: return "taken back: it is paused";
  }
  return "";
}

// "cancelled by ada, at once: wrong data"
std::string with_words(std::string text, StopForce force, const std::string& user, const std::string& message) {
  if (!user.empty()) text.append(text.empty() ? "by " : " by ").append(user);
  if (force == StopForce::kAtOnce) text += text.empty() ? "at once" : ", at once";
  if (!message.empty()) text.append(text.empty() ? "" : ": ").append(message);
  return text;
}

// Fills in what one kind of event says.
struct Teller {
  views::EventView& view;
  const Workflow& workflow;

  void task(TaskIndex index, std::uint32_t number) {
    view.task = workflow.name_of(index);
    view.retry_id = number;
  }

  void add_limit(std::string_view name, const std::optional<Micros>& limit) {
    if (!limit) return;
    if (!view.message.empty()) view.message += ", ";
    view.message += fmt::format("{} set to {}", name, limit->count() == 0 ? "none" : core::readable(*limit));
  }

  void operator()(const event::Submitted& what) {
    view.kind = "submitted";
    view.status = to_string(WorkflowStatus::kPending);
    if (!what.submission.parent_id.empty()) {
      view.message =
          (what.submission.descent == Descent::kReruns ? "reruns " : "restarts ") + what.submission.parent_id;
    }
  }
  void operator()(const event::AttemptPlaced& what) {
    view.kind = "placed";
    task(what.task, what.number);
    view.status = to_string(Status::kInitializing);
    if (!what.gpus.empty()) view.gpus = to_string(what.gpus);
    if (!what.gpus.empty()) view.message = "GPUs " + view.gpus;
    if (what.behind) view.message = "after " + std::string(workflow.name_of(*what.behind));
  }
  void operator()(const event::AttemptStarted& what) {
    view.kind = "started";
    task(what.task, what.number);
    view.status = to_string(Status::kRunning);
    if (what.pid != 0) view.message = "pid " + std::to_string(what.pid);
  }
  void operator()(const event::AttemptAtBarrier& what) {
    view.kind = "at_barrier";
    task(what.task, what.number);
  }
  void operator()(const event::BarrierReleased& what) {
    view.kind = "barrier_released";
    view.group = workflow.name_of(what.group);
  }
  void operator()(const event::AttemptRestarted& what) {
    view.kind = "restarted";
    task(what.task, what.number);
    view.exit_code = what.exit_code;
    view.message = what.message;
  }
  void operator()(const event::AttemptStopping& what) {
    view.kind = "stopping";
    task(what.task, what.number);
    std::string reason = to_text(what.reason);
    if (what.limit.count() > 0) reason += ", " + core::readable(what.limit);
    view.message = with_words(std::move(reason), what.force, what.user, what.message);
  }
  void operator()(const event::TaskEnded& what) {
    view.kind = "ended";
    task(what.task, what.number);
    view.status = to_string(what.to);
    view.exit_code = what.exit_code;
    view.message = what.message;
    view.usage = view_of(what.usage);
  }
  void operator()(const event::TaskRescheduled& what) {
    view.kind = "rescheduled";
    task(what.task, what.number);
    view.status = to_string(Status::kRescheduled);
    view.exit_code = what.exit_code;
    view.message = what.message;
    view.usage = view_of(what.usage);
  }
  void operator()(const event::RetryDue& what) {
    view.kind = "retry_due";
    task(what.task, what.number);
    view.status = to_string(Status::kScheduling);
  }
  void operator()(const event::GroupMoved& what) {
    view.kind = "group";
    view.group = workflow.name_of(what.group);
    view.status = to_string(what.to);
    view.message = what.message;
  }
  void operator()(const event::WorkflowMoved& what) {
    view.kind = "workflow";
    view.status = to_string(what.to);
    view.message = what.message;
  }
  void operator()(const event::LimitSet& what) {
    view.kind = "limits_set";
    if (what.group) view.group = workflow.name_of(*what.group);
    add_limit("exec timeout", what.exec);
    add_limit("queue timeout", what.queue);
    add_limit("workflow timeout", what.workflow);
    if (!what.user.empty()) view.message += " by " + what.user;
  }
  void operator()(const event::CancelAsked& what) {
    view.kind = "cancel_asked";
    if (what.reason == StopReason::kCanceled) {
      view.message = with_words("", what.force, what.user, what.message);
    } else {
      view.message = to_text(what.reason);
    }
  }
  void operator()(const event::Paused& what) {
    view.kind = "paused";
    if (what.task) view.task = workflow.name_of(*what.task);
    view.message = with_words("", StopForce::kGrace, what.user, what.message);
  }
  void operator()(const event::Resumed& what) {
    view.kind = "resumed";
    if (what.task) view.task = workflow.name_of(*what.task);
    view.message = with_words("", StopForce::kGrace, what.user, "");
  }
  void operator()(const event::Reopened& what) {
    view.kind = "reopened";
    view.status = to_string(WorkflowStatus::kPending);
    view.message = what.user.empty() ? what.message : "by " + what.user;
    if (!what.user.empty() && !what.message.empty()) view.message += ": " + what.message;
  }
  void operator()(const event::GroupPreempted& what) {
    view.kind = "preempted";
    view.group = workflow.name_of(what.group);
    view.message = fmt::format("for {} ({})", what.claimant, to_string(what.priority));
  }
  void operator()(const event::GroupRequeued& what) {
    view.kind = "requeued";
    view.group = workflow.name_of(what.group);
    view.status = to_string(Status::kScheduling);
  }
};

struct Leveller {
  EventLevel operator()(const event::Submitted&) const { return EventLevel::kWorkflow; }
  EventLevel operator()(const event::WorkflowMoved&) const { return EventLevel::kWorkflow; }
  EventLevel operator()(const event::CancelAsked&) const { return EventLevel::kWorkflow; }
  EventLevel operator()(const event::Reopened&) const { return EventLevel::kWorkflow; }
  EventLevel operator()(const event::LimitSet&) const { return EventLevel::kWorkflow; }
  EventLevel operator()(const event::Paused& what) const {
    return what.task ? EventLevel::kTasks : EventLevel::kWorkflow;
  }
  EventLevel operator()(const event::Resumed& what) const {
    return what.task ? EventLevel::kTasks : EventLevel::kWorkflow;
  }
  EventLevel operator()(const event::TaskEnded& what) const {
    // Tasks that never started, because something before them failed, are the failure's consequence, not news.
    const bool news = is_failed(what.to) && what.to != Status::kFailedUpstream && what.to != Status::kFailedCanceled;
    return news ? EventLevel::kFailures : EventLevel::kTasks;
  }
  EventLevel operator()(const event::TaskRescheduled&) const { return EventLevel::kFailures; }
  EventLevel operator()(const event::AttemptRestarted& what) const {
    // The others of its group follow the one that this is about.
    return what.cause == event::AttemptRestarted::Cause::kExitAction ? EventLevel::kFailures : EventLevel::kTasks;
  }
  EventLevel operator()(const event::AttemptStarted&) const { return EventLevel::kTasks; }
  EventLevel operator()(const event::AttemptPlaced& what) const {
    return what.gpus.empty() ? EventLevel::kAll : EventLevel::kTasks;  // which devices a task has is news
  }
  EventLevel operator()(const event::AttemptAtBarrier&) const { return EventLevel::kAll; }
  EventLevel operator()(const event::BarrierReleased&) const { return EventLevel::kAll; }
  EventLevel operator()(const event::AttemptStopping&) const { return EventLevel::kAll; }
  EventLevel operator()(const event::RetryDue&) const { return EventLevel::kAll; }
  EventLevel operator()(const event::GroupMoved&) const { return EventLevel::kAll; }
  EventLevel operator()(const event::GroupPreempted&) const { return EventLevel::kTasks; }
  EventLevel operator()(const event::GroupRequeued&) const { return EventLevel::kAll; }
};

}  // namespace

EventLevel level_of(const Event& event) { return std::visit(Leveller{}, event.what); }

std::optional<TaskIndex> task_of(const Event& event) {
  return std::visit(
      [](const auto& what) -> std::optional<TaskIndex> {
        if constexpr (requires { what.task; }) return what.task;
        return std::nullopt;
      },
      event.what);
}

views::EventView view_of(const Event& event, std::uint64_t seq, const Workflow& workflow, std::string_view id) {
  views::EventView view;
  view.seq = seq;
  view.at = event.at;
  view.workflow = id;
  std::visit(Teller{view, workflow}, event.what);
  return view;
}

}  // namespace sennit::api

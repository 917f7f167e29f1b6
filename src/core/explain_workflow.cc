#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/exit_rules.h"
#include "core/explain.h"
#include "core/explain_pause.h"
#include "core/explain_words.h"

namespace sennit::core {
namespace {

class WorkflowExplainer {
 public:
  WorkflowExplainer(const WorkflowState& workflow, Instant now, Explanations& known)
      : workflow_(workflow), id_(workflow.submission.id), now_(now), known_(known) {}

  Why explain();

 private:
  std::string name(TaskIndex task) const { return std::string(workflow_.spec->name_of(task)); }

  Why failed() const;
  Why pending();
  Why paused() const;
  void add_progress(Why& why) const;

  const WorkflowState& workflow_;
  const std::string& id_;
  Instant now_;
  Explanations& known_;
};

void WorkflowExplainer::add_progress(Why& why) const {
  const StatusCounts& counts = workflow_.task_counts;
  std::string text =
      fmt::format("{} of {} completed, {} running, {} waiting, {} failed", counts.of(Status::kCompleted),
                  plural(counts.total(), "task"), counts.of(Status::kRunning) + counts.of(Status::kInitializing),
                  counts.in_queue(), counts.failed());
  if (counts.canceled() > 0) text += fmt::format(", {} canceled", counts.canceled());
  why.details.push_back(std::move(text));
}

Why WorkflowExplainer::failed() const {
  Why why;
  why.cause = Cause::kFailed;
  if (workflow_.canceled) {
    why.cause = workflow_.status == WorkflowStatus::kFailedExecTimeout ? Cause::kTimedOut : Cause::kCanceled;
    why.headline = workflow_.status == WorkflowStatus::kFailedExecTimeout
                       ? fmt::format("{} timed out: {}", id_, workflow_.canceled->message)
                       : fmt::format("{} was canceled{}{}", id_, workflow_.canceled->user.empty() ? "" : " by ",
                                     workflow_.canceled->user);
    if (!workflow_.canceled->message.empty()) why.details.push_back(workflow_.canceled->message);
  }
  NameList names;
  std::optional<TaskIndex> first;
  std::optional<TaskIndex> cancelled;
  for (std::uint32_t t = 0; t < workflow_.tasks.size(); ++t) {
    const TaskIndex task(t);
    const TaskState& row = workflow_.task(task);
    if (row.status == Status::kFailedCanceled && !cancelled) cancelled = task;
    if (!is_failed(row.status) || row.status == Status::kFailedUpstream || row.status == Status::kFailedCanceled)
      continue;
    if (!first || row.ended_at < workflow_.task(*first).ended_at) first = task;
    names.add(name(task));
  }
  if (why.headline.empty() && !first && cancelled) {
    why.headline = fmt::format("{} ended {} because {} {}", id_, to_string(workflow_.status), name(*cancelled),
                               failure_text(workflow_, workflow_.task(*cancelled)));
  }
  if (why.headline.empty()) {
    why.headline = first ? fmt::format("{} failed because {} {}", id_, name(*first),
                                       failure_text(workflow_, workflow_.task(*first)))
                         : fmt::format("{} ended {}", id_, to_string(workflow_.status));
    if (!first && !workflow_.message.empty()) why.headline += ": " + workflow_.message;
  }
  if (names.count() > 1) why.details.push_back(fmt::format("{} failed by themselves: {}", names.count(), names.text()));
  add_progress(why);
  if (first && workflow_.task(*first).started_at.is_set()) why.log = AttemptLog{*first, workflow_.task(*first).number};
  why.hint = first ? where_to_look(workflow_, *first) : fmt::format("sennit status {}", id_);
  return why;
}

// What holds up the first task that could go next.
Why WorkflowExplainer::pending() {
  std::optional<TaskIndex> next;
  for (std::uint32_t t = 0; t < workflow_.tasks.size(); ++t) {
    const Status status = workflow_.tasks[t].status;
    if (is_group_finished(status) || status == Status::kRunning) continue;
    const bool closer = !next || (workflow_.task(*next).status == Status::kWaiting && status != Status::kWaiting);
    if (closer) next = TaskIndex(t);
    if (status == Status::kScheduling) break;
  }
  Why why;
  const std::uint32_t active = workflow_.active;
  if (active > 0) {
    why.headline = fmt::format("{} is running {}", id_, plural(active, "task"));
    why.cause = Cause::kRunning;
    why.hint = fmt::format("sennit logs -f {}", id_);
  }
  if (next) {
    Why inner = known_.task(*next);
    if (why.headline.empty()) {
      why.cause = inner.cause;
      why.log = inner.log;
      why.expected_start = inner.expected_start;
      why.headline = fmt::format("{} is not running: {}", id_, inner.headline);
      why.details = std::move(inner.details);
    } else {
      why.details.push_back(inner.headline);
    }
    if (why.hint.empty()) why.hint = fmt::format("sennit why {} {}", id_, name(*next));
  }
  if (const std::optional<Expected> end = known_.estimate().end(); end && end->at > now_) {
    why.expected_end = end->at;
    why.details.push_back(fmt::format("expected to end in {} ({})", about(end->at - now_), basis(end->runs)));
  }
  add_progress(why);
  return why;
}

Why WorkflowExplainer::paused() const {
  Why why;
  why.cause = Cause::kPaused;
  why.headline = fmt::format("{} was paused {}", id_, pause_text(workflow_.pause, now_));
  if (workflow_.active > 0) {
    why.details.push_back(
        fmt::format("{} that had started may go on; nothing new starts", plural(workflow_.active, "task")));
  }
  add_progress(why);
  why.hint = fmt::format("sennit resume {}", id_);
  return why;
}

Why WorkflowExplainer::explain() {
  if (is_failed(workflow_.status)) return failed();
  if (workflow_.pause.is_on()) return paused();
  if (!is_finished(workflow_.status)) return pending();
  Why why;
  why.cause = Cause::kCompleted;
  why.headline = fmt::format("{} completed", id_);
  if (workflow_.started_at.is_set()) {
    why.headline += fmt::format(" in {}", readable(std::max(Micros(0), workflow_.ended_at - workflow_.started_at)));
  }
  add_progress(why);
  why.hint = fmt::format("sennit status {}", id_);
  return why;
}

}  // namespace

Why Explanations::workflow() { return WorkflowExplainer(workflow_, now_, *this).explain(); }

}  // namespace sennit::core

#include "api/measure_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "api/artifact_search.h"
#include "api/metrics_view.h"
#include "api/query.h"
#include "api/replies.h"
#include "api/task_choice.h"
#include "core/state.h"
#include "logs/run_layout.h"
#include "views/json.h"

namespace sennit::api {
namespace {

constexpr std::size_t kMostTasks = 10'000;  // of one answer
constexpr std::size_t kMostPlaces = 2'000;

// Which tasks and which attempt of them.
struct Choice {
  std::optional<TaskIndex> task;
  std::optional<std::uint32_t> attempt;
};

Result<Choice> choice_of(const Record& record, const http::Target& target) {
  Choice choice;
  SENNIT_ASSIGN(choice.task, task_parameter(record, target));
  SENNIT_ASSIGN(choice.attempt, small_number_parameter(target, "attempt"));
  if (!choice.attempt || !choice.task) return choice;
  const std::uint32_t latest = record.state->task(*choice.task).number;
  if (*choice.attempt <= latest) return choice;
  return Error(ErrorCode::kNotFound, fmt::format("task {} has no attempt {}; the latest is {}",
                                                 record.state->spec->name_of(*choice.task), *choice.attempt, latest));
}

// Calls `each(task, number)` for what was chosen and has begun.
template <class Each>
void for_chosen(const core::WorkflowState& workflow, const Choice& choice, Each each) {
  const std::uint32_t first = choice.task ? choice.task->value() : 0;
  const auto end = choice.task ? first + 1 : static_cast<std::uint32_t>(workflow.tasks.size());
  for (std::uint32_t i = first; i < end; ++i) {
    const core::TaskState& task = workflow.task(TaskIndex(i));
    if (choice.attempt && *choice.attempt > task.number) continue;
    const std::uint32_t number = choice.attempt.value_or(task.number);
    if (number == task.number && !task.started_at.is_set() && !choice.task) continue;
    if (!each(TaskIndex(i), number)) return;
  }
}

views::TaskMetricsView metrics_of(const core::WorkflowState& workflow, TaskIndex task, std::uint32_t number,
                                  const MeasureBoard& measures, Instant now) {
  views::TaskMetricsView view;
  view.name = workflow.spec->name_of(task);
  view.retry_id = number;
  const core::TaskState& state = workflow.task(task);
  if (number != state.number) {
    for (const core::PastAttempt& past : workflow.past) {
      if (past.task == task && past.number == number) view.status = to_string(past.status);
    }
    return view;
  }
  view.status = to_string(state.status);
  if (const ProgressReport* progress = measures.progress_of(workflow, task)) {
    view.progress = view_of(progress->values, progress->at);
  }
  if (const UsageReport* usage = measures.usage_of(workflow, task)) view.load = view_of(*usage);
  view.flags = measures.flags_of(workflow, task, now);
  return view;
}

// Where the results of an attempt lie: its own directory, and that of its job.
void add_places(const core::WorkflowState& workflow, TaskIndex task, std::uint32_t number, const std::string& runs_dir,
                std::vector<ArtifactPlace>& places) {
  const std::string name(workflow.spec->name_of(task));
  places.push_back({name, number, logs::run_layout(runs_dir, name, number).output});
  const Result<TaskBody> body = workflow.spec->output_dir.empty() ? TaskBody() : workflow.spec->body_of(task);
  if (body && !body->job_dir.empty()) places.push_back({name, number, body->job_dir});
}

}  // namespace

loop::WorkerPool& MeasureRequests::files() {
  if (!files_) files_ = std::make_unique<loop::WorkerPool>(loop_, 1);
  return *files_;
}

template <class Read>
void MeasureRequests::answer(Read read, std::unique_ptr<http::Responder> responder) {
  ++pending_;
  files().submit(std::move(read), [this, kept = std::move(responder)](std::string json) mutable {
    send_json(*kept, 200, std::move(json));
    --pending_;
    if (on_answered_) on_answered_();
  });
}

void MeasureRequests::metrics(const std::string& reference, const http::Request& request,
                              std::unique_ptr<http::Responder> responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(*responder, record.error());
  const Result<Choice> choice = choice_of(*record, request.target);
  if (!choice) return send_error(*responder, choice.error());
  const core::WorkflowState& workflow = *record->state;
  views::MetricsView view;
  view.workflow = workflow.submission.id;
  for_chosen(workflow, *choice, [&](TaskIndex task, std::uint32_t number) {
    view.more_entries = view.tasks.size() >= kMostTasks;
    if (!view.more_entries) view.tasks.push_back(metrics_of(workflow, task, number, measures_, engine_.now()));
    return !view.more_entries;
  });
  const Points points = flag_parameter(request.target, "points") ? Points::kAll : Points::kNone;
  answer(
      [view = std::move(view), points, runs_dir = runs_dir_ + "/" + workflow.submission.id]() mutable {
        for (views::TaskMetricsView& task : view.tasks) add_series(runs_dir, points, task);
        return to_json(view);
      },
      std::move(responder));
}

void MeasureRequests::artifacts(const std::string& reference, const http::Request& request,
                                std::unique_ptr<http::Responder> responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(*responder, record.error());
  const Result<Choice> choice = choice_of(*record, request.target);
  if (!choice) return send_error(*responder, choice.error());
  const core::WorkflowState& workflow = *record->state;
  std::vector<ArtifactPlace> places;
  for_chosen(workflow, *choice, [&](TaskIndex task, std::uint32_t number) {
    add_places(workflow, task, number, runs_dir_ + "/" + workflow.submission.id, places);
    return places.size() < kMostPlaces;
  });
  answer(
      [places = std::move(places), id = workflow.submission.id] {
        views::ArtifactList list;
        list.workflow = id;
        for (const ArtifactPlace& place : places) find_artifacts(place, list);
        return to_json(list);
      },
      std::move(responder));
}

}  // namespace sennit::api

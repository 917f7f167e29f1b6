#include "api/status_requests.h"

#include <algorithm>
#include <utility>

#include "api/insight.h"
#include "api/query.h"
#include "api/replies.h"
#include "api/task_choice.h"
#include "core/explain.h"
#include "views/json.h"

namespace sennit::api {
namespace {

// Whose tasks may hold what the record's tasks wait for. A few: more names make an estimate slower and no better.
std::vector<std::string> names_of_interest(const core::State& state, const core::WorkflowState& workflow) {
  constexpr std::size_t kMostNames = 8;
  constexpr std::size_t kMostLooked = 1000;
  std::vector<std::string> names{workflow.spec->name};
  std::size_t looked = 0;
  for (const auto& [key, other] : state.workflows) {
    if (names.size() >= kMostNames || ++looked > kMostLooked) break;
    if (other.active > 0 && std::ranges::find(names, other.spec->name) == names.end()) {
      names.push_back(other.spec->name);
    }
  }
  return names;
}

}  // namespace

StatusRequests::StatusRequests(loop::Loop& loop, loop::WorkerPool& workers, engine::Engine& engine, store::Store& store,
                               Records& records, Boards& boards, std::string runs_dir)
    : engine_(engine),
      records_(records),
      boards_(boards),
      runs_dir_(std::move(runs_dir)),
      history_(workers, store),
      streams_(loop, engine, records, [this](const auto& workflow) { return context_for(workflow); }) {
  boards_.measures.on_change([this](const AttemptId& attempt) { streams_.measured(attempt); });
  boards_.transfers.on_change([this](const AttemptId& attempt) { streams_.measured(attempt); });
}

void StatusRequests::on_answered(std::function<void()> function) {
  on_answered_ = std::move(function);
  streams_.on_left(on_answered_);
}

void StatusRequests::with_history(const Record& record, loop::Callback<void()> then) {
  if (!record.is_live()) return then();
  ++pending_;
  history_.read(names_of_interest(engine_.state(), *record.state), [this, then = std::move(then)]() mutable {
    then();
    --pending_;
    if (on_answered_) on_answered_();
  });
}

core::KnownDurations StatusRequests::durations_for(const core::WorkflowState& workflow) const {
  if (is_finished(workflow.status)) return {};
  auto own =
      std::make_shared<core::PastDurations>(history_.of(workflow.spec->name));  // shared by copies of the function
  own->add_alike(workflow);
  return [this, asked = &workflow, own](const core::WorkflowState& other) {
    return &other == asked ? own.get() : history_.of(other.spec->name);
  };
}

void StatusRequests::status(const std::string& reference, const http::Request& request,
                            std::unique_ptr<http::Responder> responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(*responder, record.error());
  const std::string id = record->row.submission.id;
  const bool follows = flag_parameter(request.target, "follow");
  if (follows || flag_parameter(request.target, "pieces")) {
    const auto until = follows ? StatusStreams::Until::kEnd : StatusStreams::Until::kListed;
    return with_history(*record, [this, id, until, kept = std::move(responder)]() mutable {
      stream_status(id, until, std::move(kept));
    });
  }
  const Attempts attempts = flag_parameter(request.target, "verbose") ? Attempts::kAll : Attempts::kLatest;
  with_history(*record, [this, id, attempts, kept = std::move(responder)] { show_status(id, attempts, *kept); });
}

ViewContext StatusRequests::context_for(const core::WorkflowState& workflow) const {
  return {engine_.state(), runs_dir_, engine_.now(), durations_for(workflow), &boards_.transfers, &boards_.measures};
}

void StatusRequests::stream_status(const std::string& reference, StatusStreams::Until until,
                                   std::unique_ptr<http::Responder> responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(*responder, record.error());
  streams_.open(*record, until, std::move(responder));
}

void StatusRequests::show_status(const std::string& reference, Attempts attempts, http::Responder& responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(responder, record.error());
  views::WorkflowView view = view_of(*record->state, context_for(*record->state), attempts);
  view.tags = record->row.tags;
  view.pinned = record->row.pinned;
  view.size = record->row.bytes;
  send_json(responder, 200, to_json(view));
}

void StatusRequests::why(const std::string& reference, const http::Request& request,
                         std::unique_ptr<http::Responder> responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(*responder, record.error());
  const auto task = task_parameter(*record, request.target);
  if (!task) return send_error(*responder, task.error());
  with_history(*record, [this, id = record->row.submission.id, task = *task, kept = std::move(responder)] {
    explain(id, task, *kept);
  });
}

void StatusRequests::explain(const std::string& reference, std::optional<TaskIndex> task, http::Responder& responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(responder, record.error());
  const core::WorkflowState& workflow = *record->state;
  core::Explanations explanations(engine_.state(), workflow, engine_.now(), durations_for(workflow));
  const core::Why why = task ? explanations.task(*task) : explanations.workflow();
  const std::string runs_dir = runs_dir_ + "/" + workflow.submission.id;
  views::WhyView view = view_of(why, workflow, task, runs_dir, LogLines::kLast);
  if (task) boards_.measures.add_details(workflow, *task, engine_.now(), view.details);
  send_json(responder, 200, to_json(view));
}

}  // namespace sennit::api

// The requests that only look at one workflow.
#include <fmt/format.h>

#include <algorithm>

#include "api/credential_check.h"
#include "api/insight.h"
#include "api/query.h"
#include "api/replies.h"
#include "api/service.h"
#include "api/task_choice.h"
#include "api/workflow_view.h"
#include "core/explain.h"
#include "views/json.h"

namespace sennit::api {
namespace {

constexpr std::uint64_t kMaxEvents = 100'000;

Result<void> check_attempt(const Record& record, const LogQuery& query) {
  const core::WorkflowState& workflow = *record.state;
  if (!query.attempt) return {};
  if (!query.task) {
    const bool any =
        std::ranges::any_of(workflow.tasks, [&](const auto& task) { return *query.attempt <= task.number; });
    if (any) return {};
    return Error(ErrorCode::kNotFound,
                 fmt::format("no task of {} has an attempt {}", workflow.submission.id, *query.attempt));
  }
  const std::uint32_t latest = workflow.task(*query.task).number;
  if (*query.attempt <= latest) return {};
  return Error(ErrorCode::kNotFound, fmt::format("task {} has no attempt {}; the latest is {}",
                                                 workflow.spec->name_of(*query.task), *query.attempt, latest));
}

Result<LogQuery> log_query_for(const Record& record, const http::Request& request) {
  SENNIT_ASSIGN(LogQuery query, log_query(request.target, request.body));
  SENNIT_ASSIGN(query.task, task_parameter(record, request.target));
  if (query.task && query.merged) {
    return Error(ErrorCode::kInvalid, "merged is for the logs of all tasks; of one task there is nothing to merge");
  }
  return query;
}

// A cursor that nobody can have been given would number what comes next from the wrong end.
Result<store::Seq> cursor_parameter(store::Store& store, const Record& record, const http::Target& target) {
  SENNIT_ASSIGN(const auto after, number_parameter(target, "after"));
  if (after.value_or(0) == 0) return store::Seq{0};
  SENNIT_ASSIGN(const auto event, store.events(record.row.key, *after - 1, 1));
  if (!event.empty()) return *after;
  return Error(ErrorCode::kInvalid,
               fmt::format("after={}: {} has no such event yet", *after, record.row.submission.id));
}

Result<EventQuery> event_query(store::Store& store, const Record& record, const http::Target& target) {
  EventQuery query;
  SENNIT_ASSIGN(query.level, event_level(target));
  SENNIT_ASSIGN(query.after, cursor_parameter(store, record, target));
  SENNIT_ASSIGN(query.task, task_parameter(record, target));
  return query;
}

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

void Service::with_history(const Record& record, loop::Callback<void()> then) {
  if (!record.is_live()) return then();
  ++submissions_;
  history_.read(names_of_interest(engine_.state(), *record.state), [this, then = std::move(then)]() mutable {
    then();
    --submissions_;
    quiet();
  });
}

core::KnownDurations Service::durations_for(const core::WorkflowState& workflow) const {
  if (is_finished(workflow.status)) return {};
  auto own =
      std::make_shared<core::PastDurations>(history_.of(workflow.spec->name));  // shared by copies of the function
  own->add_alike(workflow);
  return [this, asked = &workflow, own](const core::WorkflowState& other) {
    return &other == asked ? own.get() : history_.of(other.spec->name);
  };
}

void Service::status(const Route& route, const http::Request& request, ResponderPtr responder) {
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  const Attempts attempts = flag_parameter(request.target, "verbose") ? Attempts::kAll : Attempts::kLatest;
  with_history(*record, [this, id = record->row.submission.id, attempts, kept = std::move(responder)] {
    show_status(id, attempts, *kept);
  });
}

void Service::show_status(const std::string& reference, Attempts attempts, http::Responder& responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(responder, record.error());
  const ViewContext context{engine_.state(),    options_.runs_dir, engine_.now(), durations_for(*record->state),
                            &boards_.transfers, &boards_.measures};
  views::WorkflowView view = view_of(*record->state, context, attempts);
  view.tags = record->row.tags;
  view.pinned = record->row.pinned;
  view.size = record->row.bytes;
  send_json(responder, 200, to_json(view));
}

void Service::events(const Route& route, const http::Request& request, ResponderPtr responder) {
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  const Result<EventQuery> query = event_query(store_, *record, request.target);
  if (!query) return send_error(*responder, query.error());
  const auto limit = number_parameter(request.target, "limit");
  if (!limit) return send_error(*responder, limit.error());
  if (flag_parameter(request.target, "follow")) {
    events_.open(*record, *query, std::move(responder));
    return;
  }
  const std::uint64_t most = std::min(limit->value_or(kMaxEvents), kMaxEvents);
  const auto list = event_pages_.read(*record, *query, most);
  if (!list) return send_error(*responder, list.error());
  send_json(*responder, 200, to_json(*list));
}

void Service::logs(const Route& route, const http::Request& request, ResponderPtr responder) {
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  Result<LogQuery> query = log_query_for(*record, request);
  if (!query) return send_error(*responder, query.error());
  if (const Result<void> there = check_attempt(*record, *query); !there) return send_error(*responder, there.error());
  logs_.open(*record, std::move(*query), std::move(responder));
}

void Service::channel(const Route& route, const http::Request& request, ResponderPtr responder) {
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  const auto task = task_parameter(*record, request.target);
  if (!task) return send_error(*responder, task.error());
  if (!*task) return send_error(*responder, Error(ErrorCode::kInvalid, "task: which of the workflow's tasks?"));
  channels_.open(*record, **task, route.action, request, std::move(responder));
}

void Service::why(const Route& route, const http::Request& request, ResponderPtr responder) {
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  const auto task = task_parameter(*record, request.target);
  if (!task) return send_error(*responder, task.error());
  with_history(*record, [this, id = record->row.submission.id, task = *task, kept = std::move(responder)] {
    explain(id, task, *kept);
  });
}

void Service::explain(const std::string& reference, std::optional<TaskIndex> task, http::Responder& responder) {
  const Result<Record> record = records_.open(reference);
  if (!record) return send_error(responder, record.error());
  const core::WorkflowState& workflow = *record->state;
  core::Explanations explanations(engine_.state(), workflow, engine_.now(), durations_for(workflow));
  const core::Why why = task ? explanations.task(*task) : explanations.workflow();
  const std::string runs_dir = options_.runs_dir + "/" + workflow.submission.id;
  views::WhyView view = view_of(why, workflow, task, runs_dir, LogLines::kLast);
  if (task) boards_.measures.add_details(workflow, *task, engine_.now(), view.details);
  send_json(responder, 200, to_json(view));
}

void Service::spec(const Route& route, const http::Request& request, ResponderPtr responder) {
  const auto row = store_.find(route.reference);
  if (!row) return send_error(*responder, row.error());
  const auto stored = store_.load(row->key);
  if (!stored) return send_error(*responder, stored.error());
  const bool source = text_parameter(request.target, "kind") == "source";
  std::string text = source ? stored->source_text : stored->rendered;
  if (const Result<Workflow> workflow = decode_workflow(stored->spec)) {
    text = without_secrets(std::move(text), *workflow, credentials_);
  }
  responder->send({.content_type = "text/yaml; charset=utf-8", .body = std::move(text)});
}

}  // namespace sennit::api

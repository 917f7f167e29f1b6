// The requests that only look at one workflow.
#include <fmt/format.h>

#include <algorithm>

#include "api/credential_check.h"
#include "api/query.h"
#include "api/replies.h"
#include "api/service.h"
#include "api/task_choice.h"
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

}  // namespace

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

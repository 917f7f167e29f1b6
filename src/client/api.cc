#include "client/api.h"

#include <fmt/format.h>

#include "client/target_text.h"
#include "views/json.h"
#include "views/json_writer.h"

namespace sennit::client {
namespace {

std::string_view to_string(EventLevel level) {
  switch (level) {
    case EventLevel::kWorkflow: return "workflow";
    case EventLevel::kFailures: return "failures";
    case EventLevel::kTasks: return "tasks";
    case EventLevel::kAll: break;
  }
  return "all";
}

ErrorCode code_of_status(int status) {
  switch (status) {
    case 404: return ErrorCode::kNotFound;
    case 409: return ErrorCode::kConflict;
    case 413:
    case 507: return ErrorCode::kExhausted;
    case 503: return ErrorCode::kUnavailable;
    case 504: return ErrorCode::kTimeout;
    default:  // any other number that an HTTP server may say
      return status < 500 ? ErrorCode::kInvalid : ErrorCode::kInternal;
  }
}

std::optional<ErrorCode> code_named(std::string_view name) {
  for (const ErrorCode code :
       {ErrorCode::kInvalid, ErrorCode::kNotFound, ErrorCode::kConflict, ErrorCode::kExhausted, ErrorCode::kUnavailable,
        ErrorCode::kTimeout, ErrorCode::kCancelled, ErrorCode::kCorrupt, ErrorCode::kIo, ErrorCode::kInternal}) {
    if (to_string(code) == name) return code;
  }
  return std::nullopt;
}

std::string list_target(const ListQuery& query) {
  TargetText target("/v1/workflows");
  target.with_number("limit", query.limit).with_number("offset", query.offset);
  target.with_text("name", query.name).with_text("user", query.user);
  target.with_text("submitted_after", query.submitted_after).with_text("submitted_before", query.submitted_before);
  const auto with_each = [&target](std::string_view name, const std::vector<std::string>& values) {
    for (const std::string& value : values) target.with_text(name, value);
  };
  with_each("status", query.statuses);
  with_each("pool", query.pools);
  with_each("priority", query.priorities);
  with_each("label", query.labels);
  with_each("no_label", query.no_labels);
  with_each("tag", query.tags);
  return target.take();
}

TargetText event_target(std::string_view workflow, const EventQuery& query) {
  TargetText target = TargetText::workflow(workflow, "/events");
  target.with_number("after", query.after).with("level", to_string(query.level)).with_text("task", query.task);
  if (query.limit) target.with_number("limit", *query.limit);
  return target;
}

}  // namespace

Error error_of(const views::ErrorView& view) {
  return Error(code_named(view.code).value_or(ErrorCode::kInternal), view.message);
}

Error error_of(const http::Response& response) {
  const Result<views::ErrorView> view = views::parse_error(response.body);
  if (view.ok() && !view->message.empty()) {
    return Error(code_named(view->code).value_or(code_of_status(response.status)), view->message);
  }
  return Error(code_of_status(response.status),
               fmt::format("the server answered with HTTP status {}", response.status));
}

Result<Api> Api::connect(const ServerPlace& place, IfAbsent if_absent, const http::ClientOptions& options) {
  SENNIT_ASSIGN(http::Client client, client::connect(place, if_absent, options));
  Api api(std::move(client));
  api.connect_again_ = [place, if_absent, options] { return client::connect(place, if_absent, options); };
  return api;
}

Result<std::string> Api::get(std::string target) {
  http::Call call;
  call.target = std::move(target);
  Result<http::Response> response = client_.request(call);
  if (!response && response.error().code() == ErrorCode::kUnavailable && connect_again_) {
    // It died under the question, which may be asked again: the next server knows all that it knew.
    SENNIT_ASSIGN(client_, connect_again_());
    response = client_.request(call);
  }
  if (!response) return std::move(response).error();
  if (response->status >= 400) return error_of(*response);
  return std::move(response->body);
}

Result<std::string> Api::post(std::string target, std::string body) {
  return send("POST", std::move(target), std::move(body));
}

Result<std::string> Api::send(std::string method, std::string target, std::string body) {
  http::Call call;
  call.method = std::move(method);
  call.target = std::move(target);
  call.body = std::move(body);
  SENNIT_ASSIGN(http::Response response, client_.request(call));
  if (response.status >= 400) return error_of(response);
  return std::move(response.body);
}

Result<void> Api::stream(const http::Call& call, const OnChunk& on_chunk) {
  SENNIT_ASSIGN(const http::Response response, client_.stream(call, on_chunk));
  if (response.status >= 400) return error_of(response);
  return {};
}

Result<std::string> Api::set_credential_json(std::string_view name, const views::CredentialRequest& request) {
  return send("PUT", fmt::format("/v1/credentials/{}", http::encode_component(name)), to_json(request));
}

Result<std::string> Api::delete_credential_json(std::string_view name) {
  return send("DELETE", fmt::format("/v1/credentials/{}", http::encode_component(name)), "");
}

Result<std::string> Api::collection_json(Collection what) {
  switch (what) {
    case Collection::kPools: return get("/v1/pools");
    case Collection::kResources: return get("/v1/resources");
    case Collection::kTags: return get("/v1/tags");
    case Collection::kCredentials: break;
  }
  return get("/v1/credentials");
}

Result<std::string> Api::hooks_json() { return get("/v1/hooks"); }

Result<std::string> Api::deliveries_json(std::string_view workflow) {
  TargetText target("/v1/hooks/deliveries");
  return get(target.with_text("workflow", workflow).take());
}

Result<std::string> Api::test_hook_json(std::string_view hook, const views::HookTrialRequest& request) {
  return post(fmt::format("/v1/hooks/{}/test", http::encode_component(hook)), to_json(request));
}

Result<std::string> Api::server_json() { return get("/v1/server"); }

Result<views::ServerView> Api::server() {
  SENNIT_ASSIGN(const std::string json, server_json());
  return views::parse_server(json);
}

Result<void> Api::stop_server(StopWhen when) {
  const Result<std::string> reply =
      post(when == StopWhen::kNow ? "/v1/server/stop?when=now" : "/v1/server/stop?when=idle", {});
  if (!reply) return reply.error();
  return {};
}

// What may be refused for mistakes in a file.
Result<std::variant<std::string, Refusal>> Api::post_file(std::string target, std::string body) {
  using Answer = std::variant<std::string, Refusal>;
  http::Call call;
  call.method = "POST";
  call.target = std::move(target);
  call.body = std::move(body);
  SENNIT_ASSIGN(http::Response response, client_.request(call));
  if (response.status < 400) return Answer(std::move(response.body));
  Result<views::ErrorView> view = views::parse_error(response.body);
  if (view.ok() && !view->diagnostics.empty()) return Answer(std::move(view).value());
  return error_of(response);
}

Result<SubmitOutcome> Api::submit_to(std::string target, std::string body) {
  SENNIT_ASSIGN(auto answer, post_file(std::move(target), std::move(body)));
  if (auto* refusal = std::get_if<Refusal>(&answer)) return SubmitOutcome(std::move(*refusal));
  SENNIT_ASSIGN(views::SubmitReply reply, views::parse_submit_reply(std::get<std::string>(answer)));
  return SubmitOutcome(std::move(reply));
}

Result<SubmitOutcome> Api::submit(const views::SubmitRequest& request) {
  return submit_to("/v1/workflows", views::to_json(request));
}

Result<SubmitOutcome> Api::restart(std::string_view workflow, const views::RerunRequest& request) {
  return submit_to(TargetText::workflow(workflow, "/restart").take(), views::to_json(request));
}

Result<SubmitOutcome> Api::rerun(std::string_view workflow, const views::RerunRequest& request) {
  return submit_to(TargetText::workflow(workflow, "/rerun").take(), views::to_json(request));
}

Result<std::variant<std::string, Refusal>> Api::plan_rerun(std::string_view workflow, views::RerunRequest request) {
  request.dry_run = true;
  return post_file(TargetText::workflow(workflow, "/rerun").take(), views::to_json(request));
}

Result<views::ChangeReply> Api::change(std::string_view workflow, std::string_view verb,
                                       const views::ChangeRequest& request) {
  SENNIT_ASSIGN(const std::string reply, post(TargetText::workflow(workflow, verb).take(), views::to_json(request)));
  return views::parse_change_reply(reply);
}

Result<views::ChangeReply> Api::cancel(std::string_view workflow, const views::ChangeRequest& request) {
  return change(workflow, "/cancel", request);
}

Result<views::ChangeReply> Api::pause(std::string_view workflow, const views::ChangeRequest& request) {
  return change(workflow, "/pause", request);
}

Result<views::ChangeReply> Api::resume(std::string_view workflow, const views::ChangeRequest& request) {
  return change(workflow, "/resume", request);
}

Result<views::PinReply> Api::pin(std::string_view workflow, const views::PinRequest& request) {
  SENNIT_ASSIGN(const std::string reply, post(TargetText::workflow(workflow, "/pin").take(), views::to_json(request)));
  return views::parse_pin_reply(reply);
}

Result<views::DeleteReply> Api::remove(std::string_view workflow) {
  http::Call call;
  call.method = "DELETE";
  call.target = TargetText::workflow(workflow).take();
  SENNIT_ASSIGN(const http::Response response, client_.request(call));
  if (response.status >= 400) return error_of(response);
  return views::parse_delete_reply(response.body);
}

Result<std::string> Api::collect_json(const views::GcRequest& request) {
  return post("/v1/gc", views::to_json(request));
}

Result<std::string> Api::change_tags_json(std::string_view workflow, const views::TagRequest& request) {
  return post(TargetText::workflow(workflow, "/tags").take(), views::to_json(request));
}

Result<views::TimeoutsReply> Api::set_timeouts(std::string_view workflow, const views::TimeoutsRequest& request) {
  SENNIT_ASSIGN(const std::string reply,
                post(TargetText::workflow(workflow, "/timeouts").take(), views::to_json(request)));
  return views::parse_timeouts_reply(reply);
}

Result<std::string> Api::list_json(const ListQuery& query) { return get(list_target(query)); }

Result<views::WorkflowList> Api::list(const ListQuery& query) {
  SENNIT_ASSIGN(const std::string json, list_json(query));
  return views::parse_workflow_list(json);
}

Result<std::string> Api::workflow_json(std::string_view workflow, Attempts attempts) {
  TargetText target = TargetText::workflow(workflow);
  if (attempts == Attempts::kAll) target.with("verbose", "1");
  return get(target.take());
}

Result<views::WorkflowView> Api::workflow(std::string_view workflow) {
  SENNIT_ASSIGN(const std::string json, workflow_json(workflow, Attempts::kLatest));
  return views::parse_workflow(json);
}

Result<std::string> Api::events_json(std::string_view workflow, const EventQuery& query) {
  return get(event_target(workflow, query).take());
}

Result<std::string> Api::why_json(std::string_view workflow, std::string_view task) {
  return get(TargetText::workflow(workflow, "/why").with_text("task", task).take());
}

Result<std::string> Api::facts_json(std::string_view workflow, TaskFacts what, const MetricsQuery& query) {
  const char* const path = what == TaskFacts::kMetrics ? "/metrics" : "/artifacts";
  TargetText target = TargetText::workflow(workflow, path).with_text("task", query.task);
  if (query.attempt) target.with_number("attempt", *query.attempt);
  if (query.points == MetricsQuery::Points::kAll) target.with("points", "1");
  return get(target.take());
}

Result<std::string> Api::spec(std::string_view workflow, SpecKind kind) {
  return get(
      TargetText::workflow(workflow, "/spec").with("kind", kind == SpecKind::kSource ? "source" : "rendered").take());
}

Result<void> Api::status(std::string_view workflow, StatusUntil until, const OnChunk& on_chunk) {
  const char* const parameter = until == StatusUntil::kEnd ? "follow" : "pieces";
  return stream({.target = TargetText::workflow(workflow).with(parameter, "1").take()}, on_chunk);
}

Result<void> Api::follow_events(std::string_view workflow, const EventQuery& query, const OnChunk& on_chunk) {
  return stream({.target = event_target(workflow, query).with("follow", "1").take()}, on_chunk);
}

Result<std::string> Api::errors_json(std::string_view workflow, std::optional<std::uint64_t> most,
                                     std::optional<std::uint64_t> lines) {
  TargetText target = TargetText::workflow(workflow, "/errors");
  if (most) target.with_number("limit", *most);
  if (lines) target.with_number("lines", *lines);
  return get(target.take());
}

Result<void> Api::feed(const FeedQuery& query, const OnChunk& on_chunk) {
  TargetText target("/v1/events");
  target.with("level", to_string(query.level)).with("since", views::format_instant(query.since));
  if (query.follow == FeedQuery::Follow::kYes) target.with("follow", "1");
  return stream({.target = target.take()}, on_chunk);
}

Result<void> Api::logs(std::string_view workflow, const LogQuery& query, const OnChunk& on_chunk) {
  TargetText target = TargetText::workflow(workflow, "/logs");
  target.with_text("task", query.task);
  if (query.attempt) target.with_number("attempt", *query.attempt);
  if (query.tail) target.with_number("tail", *query.tail);
  if (query.follow != LogQuery::Follow::kNo) target.with("follow", "1");
  if (query.follow == LogQuery::Follow::kHolding) target.with("block", "1");
  if (query.timestamps == LogQuery::Timestamps::kYes) target.with("timestamps", "1");
  target.with_text("since", query.since).with_text("until", query.until).with_text("stream", query.stream);
  target.with_text("grep", query.pattern).with_text("format", query.format);
  if (query.letters == LogQuery::LetterCase::kIgnored) target.with("ignore_case", "1");
  if (query.context) target.with_number("context", *query.context);
  if (query.order == LogQuery::Order::kByTime) target.with("merged", "1");
  if (query.framed == LogQuery::Framed::kYes) target.with("framed", "1");
  http::Call call{.method = query.cursor.empty() ? "GET" : "POST", .target = target.take(), .body = query.cursor};
  call.content_type = "text/plain";
  return stream(call, on_chunk);
}

}  // namespace sennit::client

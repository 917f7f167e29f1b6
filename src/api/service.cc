#include "api/service.h"

#include <fmt/format.h>

#include "api/pools_view.h"
#include "api/query.h"
#include "api/replies.h"
#include "api/workflow_view.h"
#include "core/gpu_words.h"
#include "views/json.h"

namespace sennit::api {

Service::Service(loop::Loop& loop, loop::WorkerPool& workers, engine::Engine& engine, store::Store& store,
                 catalog::Credentials& credentials, LogGrowth& growth, ChannelOpener& opener, Keeper& keeper,
                 ServiceOptions options)
    : loop_(loop),
      workers_(workers),
      engine_(engine),
      store_(store),
      credentials_(credentials),
      options_(std::move(options)),
      keeper_(keeper),
      records_(engine, store),
      admission_(loop, workers, engine, store, records_, keeper, options_.runs_dir),
      event_pages_(store),
      events_(loop, engine, store),
      feed_(loop, engine, store),
      boards_{.transfers = {}, .measures = MeasureBoard(engine.state(), options_.flags)},
      measure_requests_(loop, engine, records_, boards_.measures, options_.runs_dir),
      statuses_(loop, workers, engine, store, records_, boards_, options_.runs_dir),
      logs_(loop, engine, growth, options_.runs_dir),
      channels_(engine, opener),
      credential_requests_(credentials, engine, store),
      failures_(engine, records_, options_.runs_dir),
      hook_requests_(options_.hooks, store, loop, options_.refresh) {}

void Service::on_quiet(std::function<void()> function) {
  on_quiet_ = std::move(function);
  events_.on_left(on_quiet_);
  feed_.on_left(on_quiet_);
  statuses_.on_answered(on_quiet_);
  logs_.on_left(on_quiet_);
  measure_requests_.on_answered(on_quiet_);
}

void Service::quiet() {
  if (on_quiet_) on_quiet_();
}

void Service::handle(http::Request request, std::unique_ptr<http::Responder> responder) {
  const auto found = find_route(request.method, request.target);
  if (const auto* none = std::get_if<NoRoute>(&found)) {
    const bool wrong_method = *none == NoRoute::kWrongMethod;
    send_error(*responder, wrong_method ? 405 : 404,
               {.code = std::string(to_string(wrong_method ? ErrorCode::kInvalid : ErrorCode::kNotFound)),
                .message = wrong_method ? fmt::format("{} does not take {}", request.target.path, request.method)
                                        : fmt::format("there is nothing at {}", request.target.path)});
    return;
  }
  const Route& route = std::get<Route>(found);
  switch (route.action) {
    case Action::kServer: server(std::move(responder)); break;
    case Action::kPools: pools(std::move(responder)); break;
    case Action::kResources: resources(std::move(responder)); break;
    case Action::kStopServer: stop_server(request, std::move(responder)); break;
    case Action::kSubmit: submit(std::move(request), std::move(responder)); return;
    case Action::kList: list(request, std::move(responder)); break;
    case Action::kStatus: statuses_.status(route.reference, request, std::move(responder)); break;
    case Action::kEvents: events(route, request, std::move(responder)); break;
    case Action::kAllEvents: feed_.open(request.target, std::move(responder)); break;
    case Action::kLogs: logs(route, request, std::move(responder)); break;
    case Action::kExec:
    case Action::kAttach:
    case Action::kPortForward: channel(route, request, std::move(responder)); break;
    case Action::kErrors: failures_.answer(route.reference, request, *responder); break;
    case Action::kCancel:
    case Action::kPause:
    case Action::kResume: change(route, request, std::move(responder)); break;
    case Action::kRestart: restart(route, request, std::move(responder)); break;
    case Action::kRerun: rerun(route, request, std::move(responder)); break;
    case Action::kTimeouts: set_timeouts(route, request, std::move(responder)); break;
    case Action::kMetrics: measure_requests_.metrics(route.reference, request, std::move(responder)); break;
    case Action::kArtifacts: measure_requests_.artifacts(route.reference, request, std::move(responder)); break;
    case Action::kWhy: statuses_.why(route.reference, request, std::move(responder)); break;
    case Action::kSpec: spec(route, request, std::move(responder)); break;
    case Action::kTags: tags(std::move(responder)); break;
    case Action::kCredentials: credential_requests_.list(std::move(responder)); break;
    case Action::kSetCredential: credential_requests_.set(route.reference, request, std::move(responder)); break;
    case Action::kDeleteCredential: credential_requests_.remove(route.reference, std::move(responder)); break;
    case Action::kHooks:
    case Action::kDeliveries:
    case Action::kTestHook: hook_requests_.answer(route, request, std::move(responder)); break;
    case Action::kChangeTags: change_tags(route, request, std::move(responder)); break;
    case Action::kPin:
    case Action::kDelete:
    case Action::kGc: retention(route, request, std::move(responder)); break;
  }
  quiet();
}

void Service::server(ResponderPtr responder) {
  const core::State& state = engine_.state();
  views::ServerView view = options_.server;
  view.status = engine_.stall() ? "stalled: " + engine_.stall()->reason : "running";
  for (const auto& [key, workflow] : state.workflows) {
    if (is_finished(workflow.status)) continue;
    ++view.live_workflows;
    view.running_tasks += workflow.task_counts.of(Status::kRunning);
  }
  for (const auto& [id, host] : state.hosts) {
    if (!host.joined) continue;
    view.cpus += host.capacity.cpus;
    view.gpus = to_string(host.capacity.gpus);
    view.gpu_models = core::models_text(host.capacity);
    view.gpu_problem = host.gpu_problem;
  }
  view.agent_connected = options_.agent_connected();
  hook_requests_.tell(view);
  send_json(*responder, 200, to_json(view));
}

void Service::pools(ResponderPtr responder) {
  options_.refresh();
  admission_.after_host(
      [this, kept = std::move(responder)]() mutable { send_json(*kept, 200, to_json(pool_list(engine_.state()))); });
}

void Service::resources(ResponderPtr responder) {
  options_.refresh();
  admission_.after_host(
      [this, kept = std::move(responder)]() mutable { send_json(*kept, 200, to_json(node_list(engine_.state()))); });
}

void Service::stop_server(const http::Request& request, ResponderPtr responder) {
  const std::string when = text_parameter(request.target, "when").value_or("now");
  if (when != "now" && when != "idle") {
    send_error(*responder, Error(ErrorCode::kInvalid, fmt::format("when={}: now or idle was expected", when)));
    return;
  }
  send_json(*responder, 202, "{}");
  options_.stop(when == "now" ? StopWhen::kNow : StopWhen::kIdle);
}

void Service::list(const http::Request& request, ResponderPtr responder) {
  Result<store::ListFilter> filter = list_filter(request.target);
  if (!filter) return send_error(*responder, filter.error());
  const std::uint32_t limit = filter->limit;
  ++filter->limit;  // one more tells whether there are more
  const auto rows = store_.list(*filter);
  if (!rows) return send_error(*responder, rows.error());
  views::WorkflowList view;
  view.more_entries = rows->size() > limit;
  for (const store::WorkflowRow& row : *rows) {
    if (view.workflows.size() == limit) break;
    view.workflows.push_back(summary_of(row, engine_.now()));
    if (const core::WorkflowState* live = engine_.state().find(row.key)) {
      view.workflows.back().paused_at = live->pause.since;
    }
  }
  send_json(*responder, 200, to_json(view));
}

}  // namespace sennit::api

// The requests that change something: submit, cancel, pause, resume, new time limits.
#include <fmt/format.h>

#include "api/change.h"
#include "api/insight.h"
#include "api/query.h"
#include "api/replies.h"
#include "api/service.h"
#include "api/workflow_view.h"
#include "views/json.h"

namespace sennit::api {
namespace {

// Longer workflows are not kept waiting for an estimate when they are submitted; their status has it.
constexpr std::size_t kMostForetold = 1000;

}  // namespace

void Service::submit(http::Request request, ResponderPtr responder) {
  auto parsed = views::parse_submit_request(request.body);
  if (!parsed) return send_error(*responder, parsed.error());
  if (parsed->directory.empty() || parsed->directory.front() != '/') {
    return send_error(*responder, Error(ErrorCode::kInvalid, "field 'directory': an absolute path was expected"));
  }
  const auto known = credentials_.known();
  if (!known) return send_error(*responder, known.error());
  const auto storages = credentials_.storages();
  if (!storages) return send_error(*responder, storages.error());
  options_.refresh();
  ++submissions_;
  auto bundle = std::make_shared<const views::SubmitRequest>(std::move(*parsed));
  workers_.submit(
      [bundle, credentials = *known, profiles = *storages] { return prepare(*bundle, *credentials, profiles.get()); },
      [this, bundle, kept = std::move(responder)](Preparation prepared) mutable {
        accept(*bundle, std::move(prepared), std::move(kept));
      });
}

void Service::accept(const views::SubmitRequest& request, Preparation prepared, ResponderPtr responder) {
  if (const auto* error = std::get_if<views::ErrorView>(&prepared)) return refuse_entry(*responder, *error);
  auto& submission = std::get<PreparedSubmission>(prepared);
  views::SubmitReply reply;
  reply.tasks = submission.workflow->tasks.size();
  reply.tui = submission.tui;
  reply.diagnostics = views_of(submission.warnings);
  engine::NewRun run{.workflow = submission.workflow,
                     .spec = std::move(submission.encoded),
                     .submission = {.user = request.user,
                                    .pool = submission.pool,
                                    .priority = submission.priority,
                                    .prices = std::move(submission.prices),
                                    .requeue = request.requeue},
                     .context = std::move(submission.context),
                     .source_text = request.text,
                     .rendered = std::move(submission.rendered),
                     .request = std::move(submission.request),
                     .lenders = {}};
  enter(std::move(run), {}, std::move(reply), std::move(responder));
}

void Service::enter(engine::NewRun run, BorrowedOutputs borrowed, views::SubmitReply reply, ResponderPtr responder) {
  auto answer = [this, workflow = run.workflow, reply = std::move(reply),
                 kept = std::move(responder)](Result<Admitted> admitted) mutable {
    if (!admitted) return refuse_entry(*kept, admitted.error());
    --submissions_;
    reply.name = admitted->accepted.id;
    reply.uuid = admitted->accepted.uuid;
    reply.outputs = outputs_of(*workflow, admitted->accepted.id, options_.runs_dir);
    reply.warnings = std::move(admitted->warnings);
    reply.notices = std::move(admitted->notices);
    answer_submission(admitted->accepted.key, std::move(reply), std::move(kept));
  };
  admission_.admit(std::move(run), std::move(borrowed), std::move(answer));
}

void Service::answer_submission(WorkflowKey key, views::SubmitReply reply, ResponderPtr responder) {
  const core::WorkflowState* workflow = engine_.state().find(key);
  if (workflow == nullptr || workflow->tasks.size() > kMostForetold) {
    return send_json(*responder, 201, to_json(reply));
  }
  Record record;
  record.state = workflow;
  statuses_.with_history(record, [this, key, reply = std::move(reply), kept = std::move(responder)]() mutable {
    if (const core::WorkflowState* accepted = engine_.state().find(key)) {
      const core::KnownDurations durations = statuses_.durations_for(*accepted);
      core::Explanations explanations(engine_.state(), *accepted, engine_.now(), durations);
      reply.cost = cost_view(*accepted, explanations.durations(*accepted), engine_.now());
      if (const auto end = explanations.estimate().end()) reply.expected_end_time = end->at;
    }
    send_json(*kept, 201, to_json(reply));
  });
}

// Cancel, pause, resume.
void Service::change(const Route& route, const http::Request& request, ResponderPtr responder) {
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  auto parsed = request.body.empty() ? Result<views::ChangeRequest>(views::ChangeRequest{})
                                     : views::parse_change_request(request.body);
  if (!parsed) return send_error(*responder, parsed.error());
  const core::WorkflowState& workflow = *record->state;
  if (route.action == Action::kResume && is_finished(workflow.status)) {
    return reopen(*record, *parsed, std::move(responder));
  }
  Result<PlannedChange> planned = plan_change(route.action, workflow, *parsed);
  if (!planned) return send_error(*responder, planned.error());
  if (parsed->dry_run || !planned->change) return send_json(*responder, 202, to_json(planned->reply));
  auto kept = std::make_shared<ResponderPtr>(std::move(responder));
  engine_.change(std::move(*planned->change), [kept, body = to_json(planned->reply)](Result<void> changed) {
    if (!changed) return send_error(**kept, changed.error());
    send_json(**kept, 202, body);
  });
}

void Service::set_timeouts(const Route& route, const http::Request& request, ResponderPtr responder) {
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  const auto parsed = views::parse_timeouts_request(request.body);
  if (!parsed) return send_error(*responder, parsed.error());
  const auto caps = options_.timeout_caps.find(record->row.submission.pool);
  auto prepared = new_timeouts(*record->state, *parsed,
                               caps == options_.timeout_caps.end() ? TimeoutCaps{} : caps->second, engine_.now());
  if (!prepared) return send_error(*responder, prepared.error());
  std::string body = to_json(prepared->reply);
  if (parsed->dry_run) return send_json(*responder, 200, std::move(body));
  auto kept = std::make_shared<ResponderPtr>(std::move(responder));
  engine_.change(fact::SetLimits{record->row.key, std::move(prepared->limits)},
                 [kept, body = std::move(body)](Result<void> done) {
                   if (!done) return send_error(**kept, done.error());
                   send_json(**kept, 200, body);
                 });
}

}  // namespace sennit::api

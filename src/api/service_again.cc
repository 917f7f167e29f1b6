// The requests for what was there before: restart, rerun, resume.
#include <fmt/format.h>

#include "api/again.h"
#include "api/change.h"
#include "api/replies.h"
#include "api/service.h"
#include "api/workflow_view.h"
#include "core/reopen.h"
#include "engine/recovery.h"
#include "views/json.h"

namespace sennit::api {
namespace {

template <class Request>
Result<Request> body_of(const http::Request& request, Result<Request> (*parse)(std::string_view)) {
  return request.body.empty() ? Result<Request>(Request{}) : parse(request.body);
}

Error still_live(const Record& record) {
  const std::string& id = record.row.submission.id;
  return {ErrorCode::kConflict,
          fmt::format("{} is still {}; cancel it first: sennit cancel {}", id, to_string(record.state->status), id)};
}

Selection selection_of(const views::RerunRequest& request) {
  if (!request.from.empty()) return {Selection::Kind::kFrom, request.from};
  if (!request.only.empty()) return {Selection::Kind::kOnly, request.only};
  return {};
}

// Why a finished workflow cannot go on, with the command that does what may have been meant.
Result<void> check_reopening(const Record& record, const store::StoredWorkflow& stored) {
  const std::string& id = record.row.submission.id;
  if (record.state->status == WorkflowStatus::kCompleted) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} completed: nothing of it is left to do; all of it again: sennit rerun {}", id, id));
  }
  const Result<engine::Revived> revived = engine::revive(stored);
  if (revived && core::can_reopen(revived->workflow)) return {};
  return Error(ErrorCode::kConflict,
               fmt::format("{} cannot go on: {}; all of it again: sennit rerun {}", id,
                           revived ? "nothing of it is left to do" : revived.error().message(), id));
}

Error only_whole(const Record& record) {
  const std::string& id = record.row.submission.id;
  return {
      ErrorCode::kConflict,
      fmt::format("{} is {} already: it goes on as a whole (sennit resume {}); for some of its tasks: sennit rerun {} "
                  "--from TASK",
                  id, to_string(record.state->status), id, id)};
}

}  // namespace

void Service::refuse_entry(http::Responder& responder, const Error& error) {
  --submissions_;
  send_error(responder, error);
  quiet();
}

void Service::refuse_entry(http::Responder& responder, const views::ErrorView& error) {
  --submissions_;
  send_error(responder, error);
  quiet();
}

void Service::restart(const Route& route, const http::Request& request, ResponderPtr responder) {
  auto wanted = body_of(request, views::parse_rerun_request);
  if (!wanted) return send_error(*responder, wanted.error());
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  if (!record->row.finished) return send_error(*responder, still_live(*record));
  const auto stored = store_.load(record->row.key);
  if (!stored) return send_error(*responder, stored.error());
  begin_again({.origin = origin_of(*record->state),
               .stored = *stored,
               .request = {.from = {},
                           .only = {},
                           .set = {},
                           .set_string = {},
                           .set_env = {},
                           .labels = {},
                           .pool = wanted->pool,
                           .priority = wanted->priority,
                           .user = wanted->user},
               .selection = {Selection::Kind::kIncomplete, {}},
               .descent = Descent::kRestarts,
               .prices = record->state->submission.prices,
               .requeue = record->state->submission.requeue},
              std::move(responder));
}

void Service::rerun(const Route& route, const http::Request& request, ResponderPtr responder) {
  auto wanted = body_of(request, views::parse_rerun_request);
  if (!wanted) return send_error(*responder, wanted.error());
  if (!wanted->from.empty() && !wanted->only.empty()) {
    return send_error(*responder, Error(ErrorCode::kInvalid, "--from and --only exclude each other"));
  }
  const Result<Record> record = records_.open(route.reference);
  if (!record) return send_error(*responder, record.error());
  const auto stored = store_.load(record->row.key);
  if (!stored) return send_error(*responder, stored.error());
  Selection selection = selection_of(*wanted);
  begin_again({.origin = origin_of(*record->state),
               .stored = *stored,
               .request = std::move(*wanted),
               .selection = std::move(selection),
               .descent = Descent::kReruns,
               .prices = record->state->submission.prices,
               .requeue = record->state->submission.requeue},
              std::move(responder));
}

void Service::begin_again(Again again, ResponderPtr responder) {
  const auto known = credentials_.known();
  if (!known) return send_error(*responder, known.error());
  again.credentials = *known;
  ++submissions_;
  auto kept = std::make_shared<const Again>(std::move(again));
  workers_.submit([kept] { return prepare_again(*kept); },
                  [this, kept, responder = std::move(responder)](auto prepared) mutable {
                    take_again(std::move(prepared), kept->request, kept->origin.spec->tasks.size(),
                               std::move(responder));
                  });
}

void Service::take_again(std::variant<PreparedAgain, views::ErrorView> prepared, const views::RerunRequest& request,
                         std::uint64_t tasks_before, ResponderPtr responder) {
  if (const auto* error = std::get_if<views::ErrorView>(&prepared)) return refuse_entry(*responder, *error);
  auto& again = std::get<PreparedAgain>(prepared);
  if (request.dry_run) return send_plan(again, tasks_before, *responder);
  views::SubmitReply reply;
  reply.tasks = again.run.workflow->tasks.size();
  reply.diagnostics = views_of(again.warnings);
  reply.parent_name = again.run.submission.parent_id;
  enter(std::move(again.run), std::move(again.borrowed), std::move(reply), std::move(responder));
}

void Service::send_plan(const PreparedAgain& prepared, std::uint64_t tasks_before, http::Responder& responder) {
  const Result<void> there = check_there(prepared.borrowed, records_, options_.runs_dir, keeper_);
  if (!there) return refuse_entry(responder, there.error());
  const Workflow& workflow = *prepared.run.workflow;
  views::RerunPlan plan;
  plan.parent_name = prepared.run.submission.parent_id;
  plan.pool = prepared.run.submission.pool;
  plan.priority = to_string(prepared.run.submission.priority);
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) plan.tasks.emplace_back(workflow.name_of(TaskIndex(t)));
  plan.of = tasks_before;
  for (const auto& [source, directory] : prepared.borrowed) {
    plan.borrowed.push_back({.source = source, .path = options_.runs_dir + "/" + directory});
  }
  plan.diagnostics = views_of(prepared.warnings);
  --submissions_;
  send_json(responder, 200, to_json(plan));
  quiet();
}

// What completed tasks wrote has to be there still for those that begin again.
void Service::reopen(const Record& record, views::ChangeRequest request, ResponderPtr responder) {
  const bool some = !request.tasks.empty() || !request.groups.empty() || !request.names.empty();
  if (some) return send_error(*responder, only_whole(record));
  const auto stored = store_.load(record.row.key);
  if (!stored) return send_error(*responder, stored.error());
  if (const auto can = check_reopening(record, *stored); !can) return send_error(*responder, can.error());
  const std::string& id = record.row.submission.id;
  if (keeper_.is_going(id)) return send_error(*responder, Error(ErrorCode::kConflict, id + " is being removed"));
  ++submissions_;
  fact::Reopen reopening{record.row.key, std::move(request.user), std::move(request.message)};
  std::string outputs = outputs_of(*record.state->spec, id, options_.runs_dir);
  workers_.submit(
      [origin = origin_of(*record.state)] {
        return select_part(origin, *origin.spec, {Selection::Kind::kIncomplete, {}});
      },
      [this, reopening = std::move(reopening), outputs = std::move(outputs), hold = keeper_.holds().take({id}),
       responder = std::move(responder)](Result<Part> part) mutable {
        if (!part) return refuse_entry(*responder, part.error());
        const auto there = check_there(part->borrowed, records_, options_.runs_dir, keeper_);
        if (!there) return refuse_entry(*responder, there.error());
        reopen_checked(std::move(reopening), outputs, hold, std::move(responder));
      });
}

// Whoever asks at the same time as somebody else gets what he asked for: it goes on.
void Service::refuse_reopening(WorkflowKey key, const Error& error, http::Responder& responder) {
  const core::WorkflowState* live = engine_.state().find(key);
  if (live == nullptr || is_finished(live->status)) return refuse_entry(responder, error);
  const Result<PlannedChange> planned = plan_change(Action::kResume, *live, {});
  if (!planned) return refuse_entry(responder, planned.error());
  --submissions_;
  send_json(responder, 202, to_json(planned->reply));
  quiet();
}

void Service::reopen_checked(fact::Reopen request, const std::string& outputs, const Holds::Hold& hold,
                             ResponderPtr responder) {
  // The engine wants something that can be copied; it calls it once.
  auto kept = std::make_shared<ResponderPtr>(std::move(responder));
  const WorkflowKey key = request.workflow;
  engine_.reopen(std::move(request), [this, key, kept, outputs, hold](const Result<engine::Reopened>& reopened) {
    if (!reopened) return refuse_reopening(key, reopened.error(), **kept);
    --submissions_;
    views::ChangeReply reply;
    reply.name = reopened->workflow.id;
    reply.uuid = reopened->workflow.uuid;
    reply.whole = true;
    reply.outputs = outputs;
    reply.reopened = reopened->tasks;
    reply.last_event = reopened->after;
    send_json(**kept, 200, to_json(reply));
    quiet();
  });
}

}  // namespace sennit::api

#include "api/hooks/hook_requests.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "api/query.h"
#include "api/replies.h"
#include "core/state.h"
#include "spec/suggest.h"
#include "views/json.h"

namespace sennit::api {
namespace {

constexpr std::size_t kMostDeliveries = 1000;
constexpr std::size_t kPage = 1000;

std::string_view word_of(store::DeliveryState state) {
  switch (state) {
    case store::DeliveryState::kWaiting: return "waiting";
    case store::DeliveryState::kDelivered: return "delivered";
    case store::DeliveryState::kGivenUp: return "given_up";
  }
  return "waiting";
}

views::DeliveryView view_of(const store::Delivery& delivery) {
  views::DeliveryView view{.id = delivery.id,
                           .hook = delivery.hook,
                           .workflow = delivery.workflow_id,
                           .seq = delivery.seq,
                           .state = std::string(word_of(delivery.state)),
                           .tries = delivery.tries,
                           .made_at = delivery.made_at,
                           .due_at = {},
                           .ended_at = {},
                           .message = delivery.message};
  if (delivery.state == store::DeliveryState::kWaiting) {
    view.due_at = delivery.due_at;
  } else {
    view.ended_at = delivery.ended_at;
  }
  return view;
}

}  // namespace

std::map<std::string, std::string> HookRequests::failures() {
  std::map<std::string, std::string> failed;
  const auto latest = store_.outbox().latest(kMostDeliveries, std::nullopt);
  if (!latest) return failed;
  std::set<std::string_view> seen;
  for (const store::Delivery& delivery : *latest) {
    const bool counts = delivery.state != store::DeliveryState::kWaiting && seen.insert(delivery.hook).second;
    if (!counts || delivery.state != store::DeliveryState::kGivenUp) continue;
    failed[delivery.hook] = fmt::format(
        "{} was not told: {}", delivery.workflow_id.empty() ? "a workflow" : delivery.workflow_id, delivery.message);
  }
  return failed;
}

void HookRequests::answer(const Route& route, const http::Request& request, ResponderPtr responder) {
  if (courier_ == nullptr) return send_error(*responder, Error(ErrorCode::kNotFound, "this server has no hooks"));
  refresh_();
  if (route.action == Action::kHooks) return list(std::move(responder));
  if (route.action == Action::kDeliveries) return deliveries(request, std::move(responder));
  test(route.reference, request, std::move(responder));
}

void HookRequests::list(ResponderPtr responder) {
  const std::map<std::string, std::string> failed = failures();
  views::HookList list;
  for (const spec::HookConfig& hook : courier_->hooks()) {
    const auto failure = failed.find(hook.name);
    list.hooks.push_back({.name = hook.name,
                          .event = std::string(event_word(hook.on)),
                          .per = std::string(to_string(hook.per)),
                          .action = spec::shown_action(hook),
                          .workflows = hook.workflows,
                          .tasks = hook.tasks,
                          .retries = hook.retries,
                          .timeout = std::chrono::duration<double>(hook.timeout).count(),
                          .problem = failure == failed.end() ? courier_->obstacle(hook) : failure->second});
  }
  list.waiting = courier_->waiting();
  send_json(*responder, 200, to_json(list));
}

void HookRequests::deliveries(const http::Request& request, ResponderPtr responder) {
  std::optional<WorkflowKey> workflow;
  if (const auto reference = text_parameter(request.target, "workflow")) {
    const Result<store::WorkflowRow> row = store_.find(*reference);
    if (!row) return send_error(*responder, row.error());
    workflow = row->key;
  }
  const auto limit = number_parameter(request.target, "limit");
  if (!limit) return send_error(*responder, limit.error());
  const auto latest = store_.outbox().latest(std::min(limit->value_or(100), std::uint64_t{kMostDeliveries}), workflow);
  if (!latest) return send_error(*responder, latest.error());
  views::DeliveryList list;
  for (const store::Delivery& delivery : *latest) list.deliveries.push_back(view_of(delivery));
  send_json(*responder, 200, to_json(list));
}

Error HookRequests::unknown_hook(const std::string& name) const {
  if (courier_->hooks().empty()) return Error(ErrorCode::kNotFound, "there are no hooks in the configuration");
  std::vector<std::string_view> names;
  spec::Nearest near(name);
  for (const spec::HookConfig& hook : courier_->hooks()) {
    names.push_back(hook.name);
    near.consider(hook.name);
  }
  std::string message = fmt::format("there is no hook '{}'; there are: {}", name, fmt::join(names, ", "));
  if (!near.result().empty()) message += fmt::format("; did you mean '{}'?", near.result());
  return Error(ErrorCode::kNotFound, std::move(message));
}

// The last event that the hook would be told of, whatever its patterns say; where there is none, the workflow as it is.
Result<HookFacts> HookRequests::facts_for(const spec::HookConfig& hook, const std::string& workflow) {
  if (workflow.empty()) return example_of(hook, loop_.clock().now());
  SENNIT_ASSIGN(const store::WorkflowRow row, store_.find(workflow));
  store::Seq at = 0;
  store::Seq found = 0;
  while (true) {
    SENNIT_ASSIGN(const auto page, store_.events(row.key, at, kPage));
    for (const store::JournaledEvent& entry : page) {
      at = entry.seq;
      const Moment moment = moment_of(entry.event);
      if (moment.is(hook.on) && moment.per == hook.per) found = entry.seq;
    }
    if (page.size() < kPage) break;
  }
  if (found != 0) return courier_->facts_of(hook, row, found);
  HookFacts facts = example_of(hook, loop_.clock().now());
  facts.workflow = row;
  facts.event.workflow = row.submission.id;
  return facts;
}

void HookRequests::test(const std::string& name, const http::Request& request, ResponderPtr responder) {
  const spec::HookConfig* hook = courier_->find(name);
  if (hook == nullptr) return send_error(*responder, unknown_hook(name));
  views::HookTrialRequest wanted;
  if (!request.body.empty()) {
    const auto parsed = views::parse_hook_trial_request(request.body);
    if (!parsed) return send_error(*responder, parsed.error());
    wanted = *parsed;
  }
  Result<HookFacts> facts = facts_for(*hook, wanted.workflow);
  if (!facts) return send_error(*responder, facts.error());
  facts->is_test = true;
  views::HookTrial trial{.hook = name, .told = summary_of(*facts), .message = {}, .output = {}};
  const Instant began = loop_.clock().now();
  // The courier wants something that can be copied; it calls it once.
  const auto kept = std::make_shared<ResponderPtr>(std::move(responder));
  courier_->try_once(*hook, *std::move(facts), [this, trial, began, kept](const HookEnd& end) mutable {
    trial.ok = end.ok;
    trial.message = end.message;
    trial.output = end.output;
    trial.seconds = std::chrono::duration<double>(loop_.clock().now() - began).count();
    send_json(**kept, 200, to_json(trial));
  });
}

void HookRequests::tell(views::ServerView& view) {
  if (courier_ == nullptr) return;
  view.hooks = courier_->hooks().size();
  view.hooks_waiting = courier_->waiting();
  if (courier_->hooks().empty()) return;
  for (const auto& [hook, why] : failures()) {
    if (courier_->find(hook) == nullptr) continue;
    view.hook_problem = fmt::format("{}: {}", hook, why);
    return;
  }
}

}  // namespace sennit::api

// Part of fields.h.
#pragma once

#include "views/hook_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<HookView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("event", view.event);
  visit("per", view.per);
  visit("action", view.action);
  visit("workflows", view.workflows);
  visit("tasks", view.tasks);
  visit("retries", view.retries);
  visit("timeout", view.timeout);
  visit("problem", view.problem);
}

template <class Visit, ViewOf<HookList> View>
void visit_fields(Visit& visit, View& view) {
  visit("hooks", view.hooks);
  visit("waiting", view.waiting);
}

template <class Visit, ViewOf<DeliveryView> View>
void visit_fields(Visit& visit, View& view) {
  visit("id", view.id);
  visit("hook", view.hook);
  visit("workflow", view.workflow);
  visit("seq", view.seq);
  visit("state", view.state);
  visit("tries", view.tries);
  visit("made_at", view.made_at);
  visit("due_at", view.due_at);
  visit("ended_at", view.ended_at);
  visit("message", view.message);
}

template <class Visit, ViewOf<DeliveryList> View>
void visit_fields(Visit& visit, View& view) {
  visit("deliveries", view.deliveries);
}

template <class Visit, ViewOf<HookTrialRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("workflow", view.workflow);
}

template <class Visit, ViewOf<HookTrial> View>
void visit_fields(Visit& visit, View& view) {
  visit("hook", view.hook);
  visit("told", view.told);
  visit("ok", view.ok);
  visit("message", view.message);
  visit("output", view.output);
  visit("seconds", view.seconds);
}

}  // namespace sennit::views

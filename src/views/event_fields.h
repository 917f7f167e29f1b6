// Part of fields.h.
#pragma once

#include "views/event_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<MoveView> View>
void visit_fields(Visit& visit, View& view) {
  visit("of", view.of);
  visit("names", view.names);
  visit("more", view.more);
  visit("retry_id", view.retry_id);
  visit("with_task", view.with_task);
  visit("from", view.from);
  visit("to", view.to);
  visit("reason", view.reason);
}

template <class Visit, ViewOf<EventView> View>
void visit_fields(Visit& visit, View& view) {
  visit("seq", view.seq);
  visit("at", view.at);
  visit("kind", view.kind);
  visit("workflow", view.workflow);
  visit("group", view.group);
  visit("task", view.task);
  visit("retry_id", view.retry_id);
  visit("status", view.status);
  visit("exit_code", view.exit_code);
  visit("message", view.message);
  visit("counts", view.counts);
  visit("usage", view.usage);
  visit("gpus", view.gpus);
  visit("cost", view.cost);
  visit("moves", view.moves);
}

template <class Visit, ViewOf<EventList> View>
void visit_fields(Visit& visit, View& view) {
  visit("events", view.events);
}

}  // namespace sennit::views

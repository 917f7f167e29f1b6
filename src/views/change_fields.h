// Part of fields.h.
#pragma once

#include "views/change_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<TagRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("add", view.add);
  visit("remove", view.remove);
}

template <class Visit, ViewOf<TagList> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("tags", view.tags);
}

template <class Visit, ViewOf<ChangeRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("user", view.user);
  visit("message", view.message);
  visit("tasks", view.tasks);
  visit("groups", view.groups);
  visit("names", view.names);
  visit("force", view.force);
  visit("dry_run", view.dry_run);
}

template <class Visit, ViewOf<UnchangedView> View>
void visit_fields(Visit& visit, View& view) {
  visit("task", view.task);
  visit("reason", view.reason);
}

template <class Visit, ViewOf<ChangeReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("uuid", view.uuid);
  visit("status", view.status);
  visit("whole", view.whole);
  visit("tasks", view.tasks);
  visit("unchanged", view.unchanged);
  visit("note", view.note);
  visit("counts", view.counts);
  visit("reopened", view.reopened);
  visit("outputs", view.outputs);
  visit("last_event", view.last_event);
}

template <class Visit, ViewOf<TimeoutsRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("user", view.user);
  visit("target", view.target);
  visit("exec_timeout", view.exec_timeout);
  visit("queue_timeout", view.queue_timeout);
  visit("workflow_timeout", view.workflow_timeout);
  visit("dry_run", view.dry_run);
}

template <class Visit, ViewOf<TimeoutsReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("uuid", view.uuid);
  visit("group", view.group);
  visit("exec_timeout", view.exec_timeout);
  visit("queue_timeout", view.queue_timeout);
  visit("workflow_timeout", view.workflow_timeout);
  visit("ends_now", view.ends_now);
  visit("workflow_ends_now", view.workflow_ends_now);
  visit("notes", view.notes);
}

}  // namespace sennit::views

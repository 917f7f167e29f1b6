// Part of fields.h.
#pragma once

#include "views/retention_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<RetentionView> View>
void visit_fields(Visit& visit, View& view) {
  visit("finished", view.finished);
  visit("workflows", view.workflows);
  visit("size", view.size);
  visit("size_spares", view.size_spares);
}

template <class Visit, ViewOf<GcRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("dry_run", view.dry_run);
}

template <class Visit, ViewOf<RemovedView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("why", view.why);
  visit("end_time", view.end_time);
  visit("size", view.size);
  visit("error", view.error);
}

template <class Visit, ViewOf<KeptView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("why", view.why);
  visit("needed_by", view.needed_by);
  visit("size", view.size);
}

template <class Visit, ViewOf<GcReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("dry_run", view.dry_run);
  visit("rules", view.rules);
  visit("removed", view.removed);
  visit("freed", view.freed);
  visit("kept", view.kept);
  visit("others", view.others);
  visit("others_size", view.others_size);
  visit("size", view.size);
}

template <class Visit, ViewOf<PinRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("pinned", view.pinned);
}

template <class Visit, ViewOf<PinReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("pinned", view.pinned);
  visit("changed", view.changed);
}

template <class Visit, ViewOf<DeleteReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("size", view.size);
}

}  // namespace sennit::views

// Part of fields.h.
#pragma once

#include "views/channel_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<TerminalSizeView> View>
void visit_fields(Visit& visit, View& view) {
  visit("Width", view.columns);
  visit("Height", view.rows);
}

template <class Visit, ViewOf<ChannelResultView> View>
void visit_fields(Visit& visit, View& view) {
  visit("status", view.status);
  visit("code", view.code);
  visit("message", view.message);
}

}  // namespace sennit::views

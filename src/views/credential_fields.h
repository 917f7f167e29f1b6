// Part of fields.h.
#pragma once

#include "views/credential_views.h"
#include "views/view_of.h"

namespace sennit::views {

template <class Visit, ViewOf<CredentialView> View>
void visit_fields(Visit& visit, View& view) {
  visit("name", view.name);
  visit("type", view.type);
  visit("profile", view.profile);
  visit("keys", view.keys);
  visit("set_at", view.set_at);
}

template <class Visit, ViewOf<CredentialList> View>
void visit_fields(Visit& visit, View& view) {
  visit("credentials", view.credentials);
}

template <class Visit, ViewOf<CredentialRequest> View>
void visit_fields(Visit& visit, View& view) {
  visit("type", view.type);
  visit("payload", view.payload);
}

template <class Visit, ViewOf<CredentialReply> View>
void visit_fields(Visit& visit, View& view) {
  visit("credential", view.credential);
  visit("replaced", view.replaced);
}

}  // namespace sennit::views

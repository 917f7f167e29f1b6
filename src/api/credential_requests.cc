#include "api/credential_requests.h"

#include <fmt/format.h>

#include "api/replies.h"
#include "views/json.h"

namespace sennit::api {
namespace {

views::CredentialView view_of(const Credential& credential) {
  views::CredentialView view{.name = credential.name,
                             .type = std::string(to_string(credential.type)),
                             .profile = credential.profile,
                             .keys = {},
                             .set_at = credential.set_at};
  for (const auto& [key, value] : credential.payload) view.keys.push_back(key);
  return view;
}

Result<CredentialType> type_of(const std::string& text) {
  if (text.empty()) return CredentialType::kGeneric;
  if (const auto type = parse_credential_type(text)) return *type;
  return Error(ErrorCode::kInvalid, fmt::format("type '{}': one of GENERIC, REGISTRY, DATA was expected", text));
}

}  // namespace

void CredentialRequests::list(ResponderPtr responder) {
  const auto all = credentials_.all();
  if (!all) return send_error(*responder, all.error());
  views::CredentialList list;
  for (const Credential& credential : *all) list.credentials.push_back(view_of(credential));
  send_json(*responder, 200, to_json(list));
}

void CredentialRequests::set(const std::string& name, const http::Request& request, ResponderPtr responder) {
  auto parsed = views::parse_credential_request(request.body);
  if (!parsed) return send_error(*responder, parsed.error());
  const Result<CredentialType> type = type_of(parsed->type);
  if (!type) return send_error(*responder, type.error());
  auto set = credentials_.set(name, *type, std::move(parsed->payload), engine_.now());
  if (!set) return send_error(*responder, set.error());
  answer(to_json(views::CredentialReply{view_of(set->credential), std::move(set->replaced)}), std::move(responder));
}

void CredentialRequests::remove(const std::string& name, ResponderPtr responder) {
  const auto removed = credentials_.remove(name);
  if (!removed) return send_error(*responder, removed.error());
  answer(to_json(views::CredentialReply{view_of(*removed), {}}), std::move(responder));
}

// Who is told that it is done must find it so after a power failure.
void CredentialRequests::answer(std::string body, ResponderPtr responder) {
  // The store wants something that can be copied; it calls it once.
  auto kept = std::make_shared<ResponderPtr>(std::move(responder));
  store_.flush([kept, body = std::move(body)](const Result<void>& flushed) {
    if (!flushed) return send_error(**kept, flushed.error());
    send_json(**kept, 200, body);
  });
}

}  // namespace sennit::api

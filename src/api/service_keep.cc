// What stays and what goes: gc, pin, delete.
#include "api/replies.h"
#include "api/service.h"
#include "views/json.h"

namespace sennit::api {
namespace {

template <class Request>
Result<Request> body_of(const http::Request& request, Result<Request> (*parse)(std::string_view)) {
  return request.body.empty() ? Result<Request>(Request{}) : parse(request.body);
}

template <class Reply>
void send(http::Responder& responder, const Result<Reply>& reply) {
  if (!reply) return send_error(responder, reply.error());
  send_json(responder, 200, to_json(*reply));
}

}  // namespace

void Service::retention(const Route& route, const http::Request& request, ResponderPtr responder) {
  // The answer to what removes files comes when they are gone.
  const auto later = [this, &responder] {
    return [this, kept = std::move(responder)](const auto& reply) mutable {
      send(*kept, reply);
      kept.reset();
      quiet();
    };
  };
  if (route.action == Action::kGc) {
    const auto wanted = body_of(request, views::parse_gc_request);
    if (!wanted) return send_error(*responder, wanted.error());
    options_.refresh();
    return keeper_.collect(*wanted, later());
  }
  const auto row = store_.find(route.reference);
  if (!row) return send_error(*responder, row.error());
  if (route.action == Action::kDelete) return keeper_.remove(row->key, later());
  const auto wanted = body_of(request, views::parse_pin_request);
  if (!wanted) return send_error(*responder, wanted.error());
  send(*responder, keeper_.pin(*row, wanted->pinned ? store::Pin::kOn : store::Pin::kOff));
}

}  // namespace sennit::api

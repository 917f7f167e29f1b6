#include "http/session_responder.h"

#include <utility>

#include "base/check.h"
#include "http/session.h"

namespace sennit::http {

SessionResponder::SessionResponder(loop::Loop& loop, Session& session)
    : session_(&session), late_(loop, [this] { tell_closed(); }) {}

SessionResponder::~SessionResponder() {
  switch (state_) {
    case State::kUnanswered:
      send({.status = 500,
            .content_type = "application/json",
            .body = error_body("internal", "the request was dropped without an answer"),
            .headers = {}});
      break;
    case State::kStreaming: session_->cut(); break;
    case State::kComplete:
    case State::kGone: break;
  }
  if (session_ != nullptr) session_->responder_ = nullptr;
}

void SessionResponder::send(Response response) {
  if (session_ == nullptr) return;
  SENNIT_CHECK(state_ == State::kUnanswered);
  state_ = State::kComplete;
  std::exchange(session_, nullptr)->answer(response);
}

void SessionResponder::start_stream(int status, std::string_view content_type, std::vector<Header> extra) {
  if (session_ == nullptr) return;
  SENNIT_CHECK(state_ == State::kUnanswered);
  state_ = State::kStreaming;
  session_->begin_stream(status, content_type, extra);
}

void SessionResponder::write(std::string_view chunk) {
  if (session_ == nullptr) return;
  SENNIT_CHECK(state_ == State::kStreaming);
  session_->append(chunk);
}

void SessionResponder::end() {
  if (session_ == nullptr) return;
  SENNIT_CHECK(state_ == State::kStreaming);
  state_ = State::kComplete;
  std::exchange(session_, nullptr)->finish_stream();
}

Result<std::unique_ptr<WebSocket>> SessionResponder::upgrade(WebSocket::Handler& handler) {
  if (session_ == nullptr) return Error(ErrorCode::kUnavailable, "the client has gone");
  SENNIT_CHECK(state_ == State::kUnanswered);
  SENNIT_ASSIGN(std::unique_ptr<WebSocket> socket, session_->upgrade(handler));
  session_ = nullptr;
  state_ = State::kComplete;
  return socket;
}

std::size_t SessionResponder::buffered() const { return session_ == nullptr ? 0 : session_->buffered(); }

void SessionResponder::on_drained(loop::Callback<void()> function) { on_drained_ = std::move(function); }

void SessionResponder::on_closed(loop::Callback<void()> function) {
  on_closed_ = std::move(function);
  if (state_ == State::kGone) late_.request();
}

void SessionResponder::drained() {
  if (!on_drained_) return;
  // Moved out for the call, which may set another one or destroy the responder.
  const loop::Lifetime::Guard guard(lifetime_);
  loop::Callback<void()> function = std::move(on_drained_);
  function();
  if (!guard.ended() && !on_drained_) on_drained_ = std::move(function);
}

void SessionResponder::client_gone() {
  session_ = nullptr;
  state_ = State::kGone;
  tell_closed();
}

void SessionResponder::tell_closed() {
  loop::Callback<void()> function = std::move(on_closed_);
  if (function) function();
}

}  // namespace sennit::http

// The Responder of one request of a session.
//
// Threads: the loop's. Ownership: the handler's; the session points to it until the answer is complete or either goes.
#pragma once

#include <cstdint>

#include "http/responder.h"
#include "loop/lifetime.h"
#include "loop/loop.h"

namespace sennit::http {

class Session;

class SessionResponder final : public Responder {
 public:
  SessionResponder(loop::Loop& loop, Session& session);
  ~SessionResponder() override;
  SessionResponder(const SessionResponder&) = delete;
  SessionResponder& operator=(const SessionResponder&) = delete;

  void send(Response response) override;
  void start_stream(int status, std::string_view content_type, std::vector<Header> extra) override;
  void write(std::string_view chunk) override;
  void end() override;
  Result<std::unique_ptr<WebSocket>> upgrade(WebSocket::Handler& handler) override;
  std::size_t buffered() const override;
  void on_drained(loop::Callback<void()> function) override;
  void on_closed(loop::Callback<void()> function) override;

  // For the session; each may destroy the responder.
  void drained();
  void client_gone();

 private:
  enum class State : std::uint8_t { kUnanswered, kStreaming, kComplete, kGone };
  void tell_closed();

  Session* session_;  // null at kComplete and kGone
  State state_ = State::kUnanswered;
  loop::Callback<void()> on_drained_;
  loop::Callback<void()> on_closed_;
  loop::Lifetime lifetime_;
  loop::TurnEnd late_;  // tells an on_closed that was set after the client had gone
};

}  // namespace sennit::http

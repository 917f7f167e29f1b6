#include "http/session.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "http/session_responder.h"
#include "http/websocket_handshake.h"

namespace sennit::http {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kMaxPipelined = 64 * 1024;  // beyond one header; then the client waits
constexpr Micros kLingerTime = std::chrono::seconds(2);

// Whether the peer is gone altogether, and has not only shut its writing side.
bool is_hung_up(const UniqueFd& socket) {
  pollfd state{.fd = socket.get(), .events = 0, .revents = 0};
  return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

Session::Session(loop::Loop& loop, UniqueFd socket, const ServerOptions& options, Owner& owner)
    : loop_(loop),
      socket_(std::move(socket)),
      options_(options),
      owner_(owner),
      reader_({.header = options.max_header, .body = options.max_body}),
      timer_(loop),
      turn_end_(loop, [this] { on_turn_end(); }) {}

Result<std::unique_ptr<Session>> Session::open(loop::Loop& loop, UniqueFd socket, const ServerOptions& options,
                                               Owner& owner) {
  std::unique_ptr<Session> session(new Session(loop, std::move(socket), options, owner));
  SENNIT_ASSIGN(session->watch_, loop::Watch::add(loop, session->socket_.get(), loop::Interest::kRead,
                                                  [raw = session.get()](loop::Ready ready) { raw->on_ready(ready); }));
  session->update_deadline();
  return session;
}

Session::~Session() {
  if (responder_ != nullptr) responder_->client_gone();
}

bool Session::is_active() const {
  switch (phase_) {
    case Phase::kReading: return reader_.stage() == RequestReader::Stage::kBody || !inbox_.empty();
    case Phase::kAnswering:
    case Phase::kStreaming:
    case Phase::kClosing: return true;
    case Phase::kLingering:
    case Phase::kEnded: return false;
  }
  return false;
}

// --- what the loop tells

void Session::on_ready(loop::Ready ready) {
  if (ready.writable && std::exchange(socket_full_, false)) turn_end_.request();
  if (ready.readable && wants_input()) return read();
  update();
}

void Session::read() {
  std::array<char, kReadBytes> buffer;
  const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count == 0) return on_end_of_input();
  if (count < 0) {
    if (errno != EAGAIN && errno != EINTR) end();
    return;
  }
  if (phase_ == Phase::kClosing || phase_ == Phase::kLingering) return;
  inbox_.append(buffer.data(), static_cast<std::size_t>(count));
  unread_input_ = true;
  if (reader_.stage() == RequestReader::Stage::kBody) progressed_ = true;
  if (phase_ != Phase::kReading) return update();
  const loop::Lifetime::Guard guard(lifetime_);
  advance();
  if (!guard.ended()) update();
}

void Session::on_end_of_input() {
  client_finished_ = true;
  if (phase_ == Phase::kLingering || is_hung_up(socket_)) return end();
  turn_end_.request();  // it may still be reading: answers go out, and then comes the end
  update();
}

void Session::on_turn_end() {
  if (phase_ == Phase::kEnded) return;
  if (doomed_) return end();
  const loop::Lifetime::Guard guard(lifetime_);
  if (stopping_) end_for_stop();
  if (guard.ended()) return;
  advance();
  if (guard.ended() || !write()) return;
  tell_drained();
  if (guard.ended()) return;
  close_when_written();
  update();
}

void Session::on_deadline() {
  const Deadline due = std::exchange(deadline_, Deadline::kNone);
  if (due == Deadline::kHeader || due == Deadline::kBody) {
    return refuse({.status = 408, .code = "timeout", .message = "the request did not arrive in time"});
  }
  end();
}

// --- requests

void Session::advance() {
  const loop::Lifetime::Guard guard(lifetime_);
  while (phase_ == Phase::kReading && unread_input_ && outbox_.size() < Responder::kHighWater) {
    inbox_.erase(0, reader_.feed(inbox_));
    switch (reader_.stage()) {
      case RequestReader::Stage::kRefused: return refuse(reader_.refusal());
      case RequestReader::Stage::kDone:
        unread_input_ = !inbox_.empty();
        dispatch();
        if (guard.ended()) return;
        break;
      case RequestReader::Stage::kHeader:
      case RequestReader::Stage::kBody:
        unread_input_ = false;
        if (!reader_.take_expectation()) break;
        outbox_.tail().append("HTTP/1.1 100 Continue\r\n\r\n");
        turn_end_.request();
        break;
    }
  }
}

void Session::dispatch() {
  ReceivedRequest received = reader_.take();
  is_head_ = received.method == "HEAD";
  is_http_1_0_ = received.is_http_1_0;
  const bool keep = received.keep_alive && !is_http_1_0_ && !stopping_;
  afterwards_ = keep ? Afterwards::kKeepAlive : Afterwards::kClose;
  above_high_water_ = false;
  progressed_ = true;
  const std::string* key = websocket_key(received.method, received.headers);
  websocket_key_ = key != nullptr ? *key : "";
  phase_ = Phase::kAnswering;
  Result<Target> target = parse_target(received.target);
  if (!target) {
    return answer({.status = 400,
                   .content_type = "application/json",
                   .body = error_body("invalid", target.error().message()),
                   .headers = {}});
  }
  auto responder = std::make_unique<SessionResponder>(loop_, *this);
  responder_ = responder.get();
  owner_.on_request({.method = std::move(received.method),
                     .target = std::move(target).value(),
                     .headers = std::move(received.headers),
                     .body = std::move(received.body)},
                    std::move(responder));
}

void Session::refuse(const Refusal& refusal) {
  afterwards_ = Afterwards::kClose;
  is_head_ = false;
  answer({.status = refusal.status,
          .content_type = "application/json",
          .body = error_body(refusal.code, refusal.message),
          .headers = {}});
  inbox_.clear();
}

// --- answers

void Session::answer(const Response& response) {
  const bool body = has_body(response.status);
  append_head(outbox_.tail(), {.status = response.status,
                               .content_type = response.content_type,
                               .headers = response.headers,
                               .framing = body ? Framing::kLength : Framing::kNone,
                               .length = response.body.size(),
                               .afterwards = afterwards_,
                               .date = loop_.clock().now()});
  if (body && !is_head_) outbox_.tail().append(response.body);
  complete();
}

void Session::begin_stream(int status, std::string_view content_type, const std::vector<Header>& headers) {
  stream_framing_ = Framing::kChunked;
  if (is_http_1_0_) stream_framing_ = Framing::kClose;
  if (!has_body(status)) stream_framing_ = Framing::kNone;
  if (stream_framing_ == Framing::kClose) afterwards_ = Afterwards::kClose;
  append_head(outbox_.tail(), {.status = status,
                               .content_type = content_type,
                               .headers = headers,
                               .framing = stream_framing_,
                               .length = 0,
                               .afterwards = afterwards_,
                               .date = loop_.clock().now()});
  if (is_head_) stream_framing_ = Framing::kNone;
  phase_ = Phase::kStreaming;
  turn_end_.request();
}

void Session::append(std::string_view chunk) {
  if (stream_framing_ == Framing::kNone || doomed_) return;
  if (stream_framing_ == Framing::kChunked) append_chunk(outbox_.tail(), chunk);
  if (stream_framing_ == Framing::kClose) outbox_.tail().append(chunk);
  if (outbox_.size() > Responder::kHighWater) above_high_water_ = true;
  if (outbox_.size() > Responder::kMaxBuffered) return cut();
  turn_end_.request();
}

void Session::finish_stream() {
  if (stream_framing_ == Framing::kChunked) append_last_chunk(outbox_.tail());
  complete();
}

// The socket goes on with its new owner.
Result<std::unique_ptr<WebSocket>> Session::upgrade(WebSocket::Handler& handler) {
  if (websocket_key_.empty()) {
    return Error(ErrorCode::kInvalid, "this is only to be had over a WebSocket (Upgrade: websocket, version 13)");
  }
  responder_ = nullptr;
  phase_ = Phase::kEnded;
  timer_.cancel();
  watch_.remove();
  auto socket =
      std::make_unique<WebSocket>(loop_,
                                  WebSocket::Start{.socket = std::move(socket_),
                                                   .role = WebSocket::Role::kServer,
                                                   .to_send = outbox_.take() + websocket_response(websocket_key_),
                                                   .received = std::move(inbox_)},
                                  handler);
  owner_.on_end(*this);
  return socket;
}

void Session::complete() {
  responder_ = nullptr;
  phase_ = afterwards_ == Afterwards::kKeepAlive ? Phase::kReading : Phase::kClosing;
  turn_end_.request();
}

void Session::cut() {
  doomed_ = true;
  outbox_.clear();
  turn_end_.request();
}

// --- output

// False if the session has ended: the client is gone.
bool Session::write() {
  if (socket_full_ || outbox_.size() == 0) return true;
  const std::size_t before = outbox_.size();
  const Result<loop::Outbox::Written> written = outbox_.write_to(socket_);
  if (!written) {
    end();
    return false;
  }
  socket_full_ = *written == loop::Outbox::Written::kSocketFull;
  if (outbox_.size() < before) progressed_ = true;
  // Requests that had to wait for the output to drain.
  if (phase_ == Phase::kReading && unread_input_ && outbox_.size() < Responder::kHighWater) turn_end_.request();
  return true;
}

void Session::tell_drained() {
  if (!above_high_water_ || outbox_.size() >= Responder::kLowWater) return;
  above_high_water_ = false;
  if (responder_ != nullptr) responder_->drained();
}

void Session::close_when_written() {
  if (phase_ == Phase::kReading && client_finished_ && !unread_input_) phase_ = Phase::kClosing;
  if (phase_ != Phase::kClosing || outbox_.size() > 0) return;
  // Closing with unread input would reset the connection and could take our last answer from the client.
  if (client_finished_ || stopping_) return end();
  ::shutdown(socket_.get(), SHUT_WR);
  phase_ = Phase::kLingering;
}

// --- the end

void Session::stop() {
  stopping_ = true;
  afterwards_ = Afterwards::kClose;
  turn_end_.request();
}

void Session::end_for_stop() {
  SessionResponder* responder = std::exchange(responder_, nullptr);
  switch (phase_) {
    case Phase::kReading: phase_ = Phase::kClosing; break;
    case Phase::kAnswering:
      answer({.status = 503,
              .content_type = "application/json",
              .body = error_body("unavailable", "the server is stopping"),
              .headers = {}});
      break;
    case Phase::kStreaming:
      phase_ = Phase::kClosing;  // without the last chunk: the client is to know that this was not all
      break;
    case Phase::kClosing: break;
    case Phase::kLingering:
    case Phase::kEnded: return end();
  }
  if (responder != nullptr) responder->client_gone();
}

void Session::end() {
  if (phase_ == Phase::kEnded) return;
  phase_ = Phase::kEnded;
  timer_.cancel();
  watch_.remove();
  socket_.reset();
  outbox_.clear();
  owner_.on_end(*this);
  if (responder_ != nullptr) std::exchange(responder_, nullptr)->client_gone();
}

// --- what to wait for

bool Session::wants_input() const {
  if (client_finished_ || phase_ == Phase::kEnded) return false;
  if (phase_ == Phase::kClosing || phase_ == Phase::kLingering) return true;
  return inbox_.size() < options_.max_header.count() + kMaxPipelined;
}

void Session::update() {
  if (phase_ == Phase::kEnded) return;
  const auto wanted = (wants_input() ? static_cast<unsigned>(loop::Interest::kRead) : 0U) |
                      (socket_full_ ? static_cast<unsigned>(loop::Interest::kWrite) : 0U);
  watch_.set(static_cast<loop::Interest>(wanted));
  update_deadline();
}

Session::Deadline Session::current_deadline() const {
  if (socket_full_) return Deadline::kWrite;
  switch (phase_) {
    case Phase::kReading:
      if (reader_.stage() == RequestReader::Stage::kBody) return Deadline::kBody;
      return inbox_.empty() ? Deadline::kIdle : Deadline::kHeader;
    case Phase::kLingering: return Deadline::kLinger;
    case Phase::kAnswering:
    case Phase::kStreaming:
    case Phase::kClosing:
    case Phase::kEnded: return Deadline::kNone;
  }
  return Deadline::kNone;
}

Micros Session::time_for(Deadline deadline) const {
  switch (deadline) {
    case Deadline::kNone: break;
    case Deadline::kIdle: return options_.idle_timeout;
    case Deadline::kHeader: return options_.header_timeout;
    case Deadline::kBody: return options_.body_timeout;
    case Deadline::kWrite: return options_.write_timeout;
    case Deadline::kLinger: return kLingerTime;
  }
  return {};
}

void Session::update_deadline() {
  const Deadline wanted = current_deadline();
  const bool begins_anew = std::exchange(progressed_, false);
  if (wanted == deadline_ && !begins_anew) return;
  deadline_ = wanted;
  if (wanted == Deadline::kNone) return timer_.cancel();
  timer_.arm_after(time_for(wanted), [this] { on_deadline(); });
}

}  // namespace sennit::http

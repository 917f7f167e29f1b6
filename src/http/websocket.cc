#include "http/websocket.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <random>
#include <utility>

#include "loop/lifetime.h"
#include "loop/outbox.h"
#include "loop/timer.h"
#include "loop/watch.h"

namespace sennit::http {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kReadsPerTurn = 4;                  // then the others of the loop have their turn
constexpr std::size_t kFlushAtOnce = 256 * 1024;  // a long turn does not keep the peer waiting for its end
constexpr Micros kCloseTime = std::chrono::seconds(5);

WebSocketReader::Masking masking_of(WebSocket::Role role) {
  return role == WebSocket::Role::kServer ? WebSocketReader::Masking::kExpected : WebSocketReader::Masking::kForbidden;
}

}  // namespace

class WebSocket::Impl {
 public:
  Impl(loop::Loop& loop, Start start, Handler& handler)
      : socket_(std::move(start.socket)),
        role_(start.role),
        handler_(handler),
        reader_(masking_of(start.role), kMaxMessage),
        turn_end_(loop, [this] { on_turn_end(); }),
        timer_(loop) {
    outbox_.tail().append(start.to_send);
    reader_.feed(start.received);
    unread_ = !start.received.empty();
    turn_end_.request();
    auto added =
        loop::Watch::add(loop, socket_.get(), loop::Interest::kRead, [this](loop::Ready ready) { on_ready(ready); });
    if (added) watch_ = std::move(added).value();
    if (!added) failure_ = std::move(added).error();
  }

  void send(WebSocketOpcode opcode, std::string_view payload) {
    if (!open_ || failure_ || said_close_) return;
    append(opcode, payload);
    if (outbox_.size() > kFlushAtOnce) write();
    if (outbox_.size() > kHighWater) above_high_water_ = true;
  }

  void close(WebSocketClose code, std::string_view reason) {
    if (!open_ || failure_ || said_close_) return;
    append(WebSocketOpcode::kClose, close_payload(code, reason));
    said_close_ = true;
    code_ = code;
    reason_ = reason;
    // Its answer is waited for, which may have come before the pause.
    if (std::exchange(paused_, false)) unread_ = true;
    update_interest();
  }

  std::size_t buffered() const { return outbox_.size(); }

  void pause_reading() {
    if (said_close_) return;
    paused_ = true;
    update_interest();
  }

  void resume_reading() {
    if (!std::exchange(paused_, false)) return;
    unread_ = true;  // messages that came before the pause are in the reader, of which the socket does not tell
    update_interest();
    turn_end_.request();
  }

 private:
  void append(WebSocketOpcode opcode, std::string_view payload) {
    std::optional<std::uint32_t> mask;
    if (role_ == Role::kClient) mask = static_cast<std::uint32_t>(random_());
    append_websocket_frame(outbox_.tail(), opcode, payload, mask);
    turn_end_.request();
  }

  void update_interest() {
    const auto wanted = (paused_ ? 0U : static_cast<unsigned>(loop::Interest::kRead)) |
                        (socket_full_ ? static_cast<unsigned>(loop::Interest::kWrite) : 0U);
    if (!watch_) return;
    watch_.set(wanted == 0 ? interest_while_paused() : static_cast<loop::Interest>(wanted));
  }

  // A client that has gone wants nothing any more. What a server has said before it went is still to be read.
  loop::Interest interest_while_paused() const {
    return role_ == Role::kServer ? loop::Interest::kHangUp : loop::Interest::kNone;
  }

  // Calls nobody: what there is to tell is told at the end of the turn.
  void write() {
    if (!open_ || failure_ || socket_full_) return;
    const Result<loop::Outbox::Written> written = outbox_.write_to(socket_);
    if (!written) return write_failed(written.error());
    socket_full_ = *written == loop::Outbox::Written::kSocketFull;
    update_interest();
    if (above_high_water_ && outbox_.size() < kLowWater) turn_end_.request();
    if (heard_close_ && outbox_.size() == 0) turn_end_.request();
  }

  // A peer that has gone may have said why: then the reader finds first its last words and then the end, if it pauses
  // once it has resumed.
  void write_failed(const Error& error) {
    outbox_.clear();
    socket_full_ = false;
    turn_end_.request();
    if (error.code() == ErrorCode::kUnavailable) return update_interest();
    failure_ = error;
  }

  // Not before our close has left: a peer that reads slowly is not to lose what comes in front of it.
  void limit_closing() {
    if (!said_close_ || outbox_.size() > 0 || timer_.is_armed()) return;
    timer_.arm_after(kCloseTime, [this] { end(code_, Error(ErrorCode::kCancelled, reason_)); });
  }

  void on_turn_end() {
    if (!open_) return;
    const loop::Lifetime::Guard guard(lifetime_);
    write();
    if (failure_) return end(WebSocketClose::kNoStatus, *std::exchange(failure_, std::nullopt));
    if (heard_close_ && outbox_.size() == 0) return end(code_, Error(ErrorCode::kCancelled, reason_));
    limit_closing();
    if (above_high_water_ && outbox_.size() < kLowWater) {
      above_high_water_ = false;
      handler_.on_drained();
    }
    if (!guard.ended() && open_ && std::exchange(unread_, false)) hand_out();
  }

  void on_ready(loop::Ready ready) {
    if (ready.writable && std::exchange(socket_full_, false)) turn_end_.request();
    if (paused_ && ready.hung_up && role_ == Role::kServer) return end_without_word();
    if (ready.readable && !paused_) read();
  }

  void read() {
    const loop::Lifetime::Guard guard(lifetime_);
    // Messages from before a pause come first, and before the end that may be all there is to read.
    if (std::exchange(unread_, false)) hand_out();
    if (guard.ended() || !open_ || paused_) return;
    std::array<char, kReadBytes> buffer;
    for (int i = 0; i < kReadsPerTurn; ++i) {
      const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (count == 0) return end_without_word();
      if (count < 0) {
        if (errno != EAGAIN && errno != EINTR) {
          end(WebSocketClose::kNoStatus, Error::from_errno("read from a WebSocket", errno));
        }
        return;
      }
      reader_.feed({buffer.data(), static_cast<std::size_t>(count)});
      hand_out();
      const bool more = !guard.ended() && open_ && !paused_ && static_cast<std::size_t>(count) == buffer.size();
      if (!more) return;
    }
  }

  void hand_out() {
    const loop::Lifetime::Guard guard(lifetime_);
    while (!guard.ended() && open_ && !paused_) {
      WebSocketMessage message;
      const Result<bool> found = reader_.next(message);
      if (!found) return refuse(found.error());
      if (!*found) return;
      take(message);
    }
  }

  void take(const WebSocketMessage& message) {
    switch (message.opcode) {
      case WebSocketOpcode::kPing:
        // To each, unless the peer does not read them.
        if (outbox_.size() < kHighWater) send(WebSocketOpcode::kPong, message.payload);
        return;
      case WebSocketOpcode::kClose: return take_close(message.payload);
      case WebSocketOpcode::kBinary:
        if (!said_close_) handler_.on_binary(message.payload);
        return;
      case WebSocketOpcode::kText:
        if (!said_close_) handler_.on_text(message.payload);
        return;
      case WebSocketOpcode::kPong:
      case WebSocketOpcode::kContinuation: return;
    }
  }

  void take_close(std::string_view payload) {
    if (payload.size() == 1) return refuse(Error(ErrorCode::kCorrupt, "WebSocket: half a code in a close frame"));
    heard_close_ = true;
    if (!said_close_) {
      code_ = WebSocketClose::kNoStatus;
      if (payload.size() >= 2) {
        const auto high = static_cast<unsigned char>(payload[0]);
        code_ = static_cast<WebSocketClose>(high << 8 | static_cast<unsigned char>(payload[1]));
        reason_ = payload.substr(2);
      }
      append(WebSocketOpcode::kClose, payload.substr(0, 2));
      said_close_ = true;
    }
    turn_end_.request();
  }

  // The peer is told, as far as it listens.
  void refuse(const Error& error) {
    const auto code = error.code() == ErrorCode::kExhausted ? WebSocketClose::kTooBig : WebSocketClose::kProtocolError;
    if (!said_close_) append(WebSocketOpcode::kClose, close_payload(code, error.message()));
    write();
    end(code, error);
  }

  void end_without_word() { end(WebSocketClose::kNoStatus, {ErrorCode::kUnavailable, "the peer has gone"}); }

  // The last thing that is done: the handler may destroy us.
  void end(WebSocketClose code, Error error) {
    open_ = false;
    timer_.cancel();
    watch_.remove();
    socket_.reset();
    outbox_.clear();
    handler_.on_closed(code, std::move(error));
  }

  UniqueFd socket_;
  loop::Watch watch_;
  const Role role_;
  Handler& handler_;
  WebSocketReader reader_;
  loop::Outbox outbox_;
  loop::TurnEnd turn_end_;
  loop::Timer timer_;  // until the peer has answered our close
  loop::Lifetime lifetime_;
  std::minstd_rand random_{std::random_device()()};  // masks keep proxies from misreading us; they are no secret
  std::optional<Error> failure_;                     // to be told at the end of the turn
  WebSocketClose code_ = WebSocketClose::kNoStatus;
  std::string reason_;
  bool open_ = true;
  bool paused_ = false;
  bool unread_ = false;  // the reader may hold whole messages
  bool socket_full_ = false;
  bool above_high_water_ = false;
  bool said_close_ = false;
  bool heard_close_ = false;
};

WebSocket::WebSocket(loop::Loop& loop, Start start, Handler& handler)
    : impl_(std::make_unique<Impl>(loop, std::move(start), handler)) {}
WebSocket::~WebSocket() = default;
void WebSocket::send_binary(std::string_view payload) { impl_->send(WebSocketOpcode::kBinary, payload); }
void WebSocket::send_text(std::string_view payload) { impl_->send(WebSocketOpcode::kText, payload); }
void WebSocket::close(WebSocketClose code, std::string_view reason) { impl_->close(code, reason); }
std::size_t WebSocket::buffered() const { return impl_->buffered(); }
void WebSocket::pause_reading() { impl_->pause_reading(); }
void WebSocket::resume_reading() { impl_->resume_reading(); }

}  // namespace sennit::http

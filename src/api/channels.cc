#include "api/channels.h"

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "api/channel_request.h"
#include "api/replies.h"
#include "http/websocket.h"
#include "http/websocket_handshake.h"
#include "views/json.h"
#include "wire/channel_relay.h"

namespace sennit::api {
namespace {

using views::ChannelByte;

constexpr int kUpgradeRequired = 426;

std::string message_of(ChannelByte kind, std::string_view payload = {}) {
  return std::string(1, static_cast<char>(kind)).append(payload);
}

views::ChannelResultView view_of(const wire::ChannelEnded& ended) {
  views::ChannelResultView view{.code = static_cast<std::int32_t>(ended.code), .message = ended.message};
  switch (ended.how) {
    case wire::ChannelEnded::How::kExited: view.status = "exited"; break;
    case wire::ChannelEnded::How::kSignaled: view.status = "signaled"; break;
    case wire::ChannelEnded::How::kRefused: view.status = "refused"; break;
    case wire::ChannelEnded::How::kBroken: view.status = "broken"; break;
  }
  return view;
}

Result<wire::ChannelRequest> request_for(Action action, const http::Target& target) {
  if (action == Action::kAttach) return attach_request(target);
  return action == Action::kExec ? exec_request(target) : port_request(target);
}

}  // namespace

class Channels::Channel final : public http::WebSocket::Handler, public wire::Connection::Handler {
 public:
  Channel(Channels& channels, wire::ChannelRequest request) : channels_(channels), request_(std::move(request)) {}

  Result<void> begin(const AttemptId& attempt, http::Responder& responder) {
    SENNIT_ASSIGN(task_, channels_.opener_.open_channel(attempt, *this));
    SENNIT_ASSIGN(client_, responder.upgrade(*this));
    client_->pause_reading();  // nothing is to reach the task's side before the request
    return {};
  }

  std::list<std::unique_ptr<Channel>>::iterator self;

  void stop() {
    if (!task_) return;  // it is over already
    finish({.how = wire::ChannelEnded::How::kBroken, .code = 0, .message = "the server is stopping"});
  }

  // The client's side.
  void on_binary(std::string_view payload) override {
    if (payload.empty() || !task_) return;
    const auto kind = static_cast<ChannelByte>(payload.front());
    payload.remove_prefix(1);
    switch (kind) {
      case ChannelByte::kStdin:
        wire::send(*task_, wire::ChannelBytes{wire::ChannelStream::kStdin, payload});
        if (task_->buffered() > wire::Connection::kHighWater) client_->pause_reading();
        return;
      case ChannelByte::kResize: return resize(payload);
      case ChannelByte::kSignal: return signal(payload);
      case ChannelByte::kEndOfStream:
        if (payload == std::string_view("\0", 1)) wire::send(*task_, wire::ChannelStreamEnded{});
        return;
      case ChannelByte::kStdout:
      case ChannelByte::kStderr:
      case ChannelByte::kResult:
      case ChannelByte::kOpened: return;  // ours to say; what else there may be is a newer client's
    }
  }
  void on_closed(http::WebSocketClose /*code*/, Error /*error*/) override { remove(); }

  // The task's side.
  void on_frame(wire::FrameType type, std::string_view payload) override {
    const Result<wire::ChannelMessage> message = wire::decode_channel_message(type, payload);
    if (message) std::visit(*this, *message);
  }
  void operator()(const wire::ChannelReady& /*ready*/) {
    wire::send(*task_, std::exchange(request_, {}));
    client_->resume_reading();
  }
  void operator()(const wire::ChannelOpened& /*opened*/) { client_->send_binary(message_of(ChannelByte::kOpened)); }
  void operator()(const wire::ChannelBytes& bytes) {
    const auto kind = bytes.stream == wire::ChannelStream::kStderr ? ChannelByte::kStderr : ChannelByte::kStdout;
    client_->send_binary(message_of(kind, bytes.bytes));
    if (client_->buffered() > http::WebSocket::kHighWater) task_->pause_reading();
  }
  void operator()(const wire::ChannelStreamEnded& ended) {
    const char stream = static_cast<char>(ended.stream);
    client_->send_binary(message_of(ChannelByte::kEndOfStream, {&stream, 1}));
  }
  void operator()(const wire::ChannelEnded& ended) { finish(ended); }
  template <class Other>
  void operator()(const Other& /*not from there*/) {}
  void on_closed(Error /*error*/) override {
    finish({.how = wire::ChannelEnded::How::kBroken, .code = 0, .message = "the task has ended"});
  }

  void on_drained() override {
    if (task_) task_->resume_reading();
    if (client_) client_->resume_reading();
  }

 private:
  void resize(std::string_view payload) {
    const Result<views::TerminalSizeView> size = views::parse_terminal_size(payload);
    if (size) wire::send(*task_, wire::ChannelResize{{.rows = size->rows, .columns = size->columns}});
  }

  void signal(std::string_view payload) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(payload.data(), payload.data() + payload.size(), number);
    if (error == std::errc() && end == payload.data() + payload.size()) wire::send(*task_, wire::ChannelSignal{number});
  }

  // The last word to the client, which closes then.
  void finish(const wire::ChannelEnded& ended) {
    task_.reset();
    client_->send_binary(message_of(ChannelByte::kResult, to_json(view_of(ended))));
    client_->close(http::WebSocketClose::kNormal, "");
  }

  // Destroys us.
  void remove() {
    const std::unique_ptr<Channel> last = std::move(*self);
    channels_.channels_.erase(self);
  }

  Channels& channels_;
  wire::ChannelRequest request_;
  std::unique_ptr<wire::Connection> task_;  // null: it is over
  std::unique_ptr<http::WebSocket> client_;
};

Channels::Channels(engine::Engine& engine, ChannelOpener& opener) : engine_(engine), opener_(opener) {}
Channels::~Channels() = default;

void Channels::open(const Record& record, TaskIndex task, Action action, const http::Request& request,
                    std::unique_ptr<http::Responder> responder) {
  if (const Result<void> runs = check_running(*record.state, task); !runs) return send_error(*responder, runs.error());
  if (!http::wants_websocket(request.headers)) {
    return send_error(*responder, kUpgradeRequired,
                      {.code = std::string(to_string(ErrorCode::kInvalid)),
                       .message = "there is a way in; it is only to be had over a WebSocket"});
  }
  Result<wire::ChannelRequest> asked = request_for(action, request.target);
  if (!asked) return send_error(*responder, asked.error());
  const AttemptId attempt{engine_.state().instance, record.row.key, task, record.state->task(task).number};
  open(attempt, std::move(*asked), std::move(responder));
}

void Channels::open(const AttemptId& attempt, wire::ChannelRequest request,
                    std::unique_ptr<http::Responder> responder) {
  if (channels_.size() >= kMost) {
    return send_error(*responder, Error(ErrorCode::kExhausted,
                                        "the server has " + std::to_string(kMost) + " open channels, its limit"));
  }
  channels_.push_back(std::make_unique<Channel>(*this, std::move(request)));
  Channel& channel = *channels_.back();
  channel.self = std::prev(channels_.end());
  if (const Result<void> begun = channel.begin(attempt, *responder); !begun) {
    channels_.pop_back();
    send_error(*responder, begun.error());
  }
}

void Channels::close_all() {
  for (const std::unique_ptr<Channel>& channel : channels_) channel->stop();
}

}  // namespace sennit::api

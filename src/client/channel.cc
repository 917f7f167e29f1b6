#include "client/channel.h"

#include <algorithm>
#include <string>
#include <utility>

#include "views/json.h"

namespace sennit::client {

using views::ChannelByte;

class Channel::Impl final : public http::WebSocket::Handler {
 public:
  Impl(loop::Loop& loop, http::WebSocket::Start start, Channel::Handler& handler)
      : handler_(handler), socket_(loop, std::move(start), *this) {}

  void send(ChannelByte kind, std::string_view payload) {
    message_.assign(1, static_cast<char>(kind)).append(payload);
    socket_.send_binary(message_);
  }

  http::WebSocket& socket() { return socket_; }
  const http::WebSocket& socket() const { return socket_; }

 private:
  void on_binary(std::string_view payload) override {
    if (payload.empty()) return;
    const auto kind = static_cast<ChannelByte>(payload.front());
    payload.remove_prefix(1);
    switch (kind) {
      case ChannelByte::kOpened: return handler_.on_opened();
      case ChannelByte::kStdout:
      case ChannelByte::kStderr: return handler_.on_bytes(kind, payload);
      case ChannelByte::kEndOfStream:
        if (!payload.empty()) handler_.on_stream_end(static_cast<ChannelByte>(payload.front()));
        return;
      case ChannelByte::kResult: return take_result(payload);
      case ChannelByte::kStdin:
      case ChannelByte::kResize:
      case ChannelByte::kSignal: return;  // ours to say
    }
  }

  // Told when the connection is closed: nothing comes after that.
  void take_result(std::string_view payload) {
    const Result<views::ChannelResultView> result = views::parse_channel_result(payload);
    if (result) result_ = *result;
  }

  void on_drained() override { handler_.on_drained(); }

  void on_closed(http::WebSocketClose /*code*/, Error error) override {
    if (result_.status == kLost) result_.message = error.message();
    handler_.on_end(std::exchange(result_, {}));
  }

  static constexpr const char* kLost = "lost";

  Channel::Handler& handler_;
  std::string message_;
  views::ChannelResultView result_{.status = kLost, .code = 0, .message = {}};
  http::WebSocket socket_;
};

Channel::Channel(loop::Loop& loop, http::WebSocket::Start start, Handler& handler)
    : impl_(std::make_unique<Impl>(loop, std::move(start), handler)) {}
Channel::~Channel() = default;

void Channel::write(std::string_view bytes) {
  do {  // also an empty datagram is one
    impl_->send(ChannelByte::kStdin, bytes.substr(0, kMostBytes));
    bytes.remove_prefix(std::min(bytes.size(), kMostBytes));
  } while (!bytes.empty());
}
void Channel::end_input() {
  constexpr char kStdin = 0;
  impl_->send(ChannelByte::kEndOfStream, {&kStdin, 1});
}
void Channel::resize(views::TerminalSizeView size) { impl_->send(ChannelByte::kResize, to_json(size)); }
void Channel::signal(int number) { impl_->send(ChannelByte::kSignal, std::to_string(number)); }
std::size_t Channel::buffered() const { return impl_->socket().buffered(); }
void Channel::pause_reading() { impl_->socket().pause_reading(); }
void Channel::resume_reading() { impl_->socket().resume_reading(); }

}  // namespace sennit::client

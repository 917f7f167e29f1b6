#include "cli/forward/tcp_forward.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "loop/outbox.h"
#include "loop/watch.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

}  // namespace

class TcpForward::Impl final : client::Channel::Handler {
 public:
  Impl(loop::Loop& loop, UniqueFd socket, http::WebSocket::Start start, OnEnd on_end)
      : socket_(std::move(socket)),
        on_end_(std::move(on_end)),
        buffer_(kReadBytes, '\0'),
        turn_end_(loop, [this] { write(); }),
        channel_(loop, std::move(start), *this) {
    const int on = 1;
    ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Result<loop::Watch> watch =
        loop::Watch::add(loop, socket_.get(), loop::Interest::kNone, [this](loop::Ready ready) { on_ready(ready); });
    if (watch) watch_ = std::move(*watch);
  }

 private:
  void on_ready(loop::Ready ready) {
    if (ready.writable && std::exchange(full_, false)) write();
    if (ready.readable && reads()) read();
    update();
  }

  bool reads() const { return opened_ && !input_ended_ && !held_back_; }

  void read() {
    const ssize_t count = ::recv(socket_.get(), buffer_.data(), buffer_.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    // A connection that was reset has no orderly end: the task is not to take a part for the whole.
    if (count < 0) return end("");
    if (count == 0) {
      input_ended_ = true;
      return channel_.end_input();
    }
    channel_.write({buffer_.data(), static_cast<std::size_t>(count)});
    held_back_ = channel_.buffered() > client::Channel::kHighWater;
  }

  void write() {
    if (full_ || outbox_.size() == 0) return shut_when_written();
    const Result<loop::Outbox::Written> written = outbox_.write_to(socket_);
    if (!written) {
      // Nobody reads here any more: the task's side learns it by the end of the channel.
      outbox_.clear();
      input_ended_ = true;
      return end("");
    }
    full_ = *written == loop::Outbox::Written::kSocketFull;
    if (outbox_.size() < client::Channel::kHighWater / 4) channel_.resume_reading();
    update();
    shut_when_written();
  }

  void shut_when_written() {
    if (outbox_.size() > 0 || !output_ended_) return;
    if (!std::exchange(shut_, true)) ::shutdown(socket_.get(), SHUT_WR);
    if (channel_ended_) end("");
  }

  void update() {
    const auto wanted = (reads() ? static_cast<unsigned>(loop::Interest::kRead) : 0U) |
                        (full_ ? static_cast<unsigned>(loop::Interest::kWrite) : 0U);
    if (watch_) watch_.set(static_cast<loop::Interest>(wanted));
  }

  void on_opened() override {
    opened_ = true;
    update();
  }
  void on_bytes(views::ChannelByte /*stream*/, std::string_view bytes) override {
    outbox_.tail().append(bytes);
    if (outbox_.size() > client::Channel::kHighWater) channel_.pause_reading();
    turn_end_.request();
  }
  void on_stream_end(views::ChannelByte /*stream*/) override {
    output_ended_ = true;
    turn_end_.request();
  }
  void on_drained() override {
    held_back_ = false;
    update();
  }
  void on_end(const views::ChannelResultView& result) override {
    channel_ended_ = true;
    if (result.status == "exited") {
      output_ended_ = true;
      return turn_end_.request();
    }
    // Whoever is connected is not to take a part for the whole.
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    end(result.message);
  }

  void end(const std::string& trouble) {
    watch_.remove();
    if (on_end_) std::exchange(on_end_, nullptr)(trouble);
  }

  UniqueFd socket_;
  OnEnd on_end_;
  std::string buffer_;
  loop::Watch watch_;
  loop::Outbox outbox_;  // to the socket
  loop::TurnEnd turn_end_;
  bool opened_ = false;
  bool full_ = false;
  bool held_back_ = false;
  bool input_ended_ = false;   // from the socket
  bool output_ended_ = false;  // from the task
  bool shut_ = false;
  bool channel_ended_ = false;
  client::Channel channel_;
};

TcpForward::TcpForward(loop::Loop& loop, UniqueFd socket, http::WebSocket::Start start, OnEnd on_end)
    : impl_(std::make_unique<Impl>(loop, std::move(socket), std::move(start), std::move(on_end))) {}
TcpForward::~TcpForward() = default;

}  // namespace sennit::cli

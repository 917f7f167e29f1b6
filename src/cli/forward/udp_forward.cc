#include "cli/forward/udp_forward.h"

#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/forward/listeners.h"
#include "client/channel.h"
#include "loop/timer.h"
#include "loop/watch.h"

namespace sennit::cli {
namespace {

constexpr std::size_t kLongest = 65'536;
constexpr int kReadsPerTurn = 64;
constexpr std::size_t kMostWaiting = 64;  // datagrams of a sender, until its channel is open

}  // namespace

class UdpForward::Impl {
 public:
  Impl(loop::Loop& loop, UniqueFd socket, Open open)
      : loop_(loop), socket_(std::move(socket)), open_(std::move(open)), buffer_(kLongest, '\0'), timer_(loop) {
    Result<loop::Watch> watch =
        loop::Watch::add(loop, socket_.get(), loop::Interest::kRead, [this](loop::Ready /*readable*/) { read(); });
    if (watch) watch_ = std::move(*watch);
  }

 private:
  struct Sender final : client::Channel::Handler {
    Sender(Impl& the_forward, const sockaddr_storage& the_address, socklen_t the_size)
        : forward(the_forward), address(the_address), size(the_size) {}
    void on_opened() override {
      opened = true;
      for (const std::string& datagram : std::exchange(waiting, {})) channel->write(datagram);
    }
    void on_bytes(views::ChannelByte /*stream*/, std::string_view bytes) override {
      used_at = forward.loop_.clock().boot();
      ::sendto(forward.socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&address), size);
    }
    void on_end(const views::ChannelResultView& /*result*/) override { forward.forget(*this); }

    Impl& forward;
    sockaddr_storage address;
    socklen_t size;
    Micros used_at{};
    bool opened = false;
    std::vector<std::string> waiting;
    std::unique_ptr<client::Channel> channel;
  };

  void read() {
    for (int i = 0; i < kReadsPerTurn; ++i) {
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      const ssize_t count = ::recvfrom(socket_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT,
                                       reinterpret_cast<sockaddr*>(&from), &size);
      if (count < 0) return;
      if (Sender* sender = sender_at(from, size)) pass(*sender, {buffer_.data(), static_cast<std::size_t>(count)});
    }
  }

  Sender* sender_at(const sockaddr_storage& address, socklen_t size) {
    const std::string key = text_of(address);
    if (const auto known = senders_.find(key); known != senders_.end()) return known->second.get();
    if (senders_.size() >= kMostSenders) forget_oldest();
    Result<http::WebSocket::Start> start = open_();
    if (!start) return nullptr;
    auto sender = std::make_unique<Sender>(*this, address, size);
    sender->channel = std::make_unique<client::Channel>(loop_, std::move(*start), *sender);
    if (!timer_.is_armed()) timer_.arm_after(kIdle, [this] { forget_idle(); });
    return senders_.emplace(key, std::move(sender)).first->second.get();
  }

  void pass(Sender& sender, std::string_view datagram) {
    sender.used_at = loop_.clock().boot();
    if (!sender.opened) {
      if (sender.waiting.size() < kMostWaiting) sender.waiting.emplace_back(datagram);
      return;
    }
    if (sender.channel->buffered() < client::Channel::kHighWater) sender.channel->write(datagram);
  }

  void forget(const Sender& sender) { senders_.erase(text_of(sender.address)); }

  void forget_oldest() {
    const auto oldest = std::ranges::min_element(senders_, {}, [](const auto& entry) { return entry.second->used_at; });
    senders_.erase(oldest);
  }

  void forget_idle() {
    const Micros before = loop_.clock().boot() - kIdle;
    std::erase_if(senders_, [&](const auto& entry) { return entry.second->used_at <= before; });
    if (!senders_.empty()) timer_.arm_after(kIdle, [this] { forget_idle(); });
  }

  loop::Loop& loop_;
  UniqueFd socket_;
  Open open_;
  std::string buffer_;
  loop::Watch watch_;
  loop::Timer timer_;
  std::map<std::string, std::unique_ptr<Sender>> senders_;
};

UdpForward::UdpForward(loop::Loop& loop, UniqueFd socket, Open open)
    : impl_(std::make_unique<Impl>(loop, std::move(socket), std::move(open))) {}
UdpForward::~UdpForward() = default;

}  // namespace sennit::cli

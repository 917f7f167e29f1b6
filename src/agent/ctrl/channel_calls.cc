#include "agent/ctrl/channel_calls.h"

#include <chrono>
#include <random>
#include <utility>

namespace sennit::agent {
namespace {

// What an entry process that lives needs a small part of.
constexpr Micros kPatience = std::chrono::seconds(10);

}  // namespace

struct ChannelCalls::Waiting final : wire::Connection::Handler {
  Waiting(ChannelCalls& the_calls, std::uint64_t the_key, std::unique_ptr<wire::Connection> the_client)
      : calls(the_calls), key(the_key), client(std::move(the_client)), patience(calls.loop_) {
    client->hand_over(*this);
    patience.arm_after(kPatience, [this] { calls.give_up(key, "its container does not answer"); });
  }
  void on_frame(wire::FrameType /*nothing is to be said yet*/, std::string_view /*payload*/) override {}
  void on_closed(Error /*error*/) override { calls.waiting_.erase(key); }

  ChannelCalls& calls;
  const std::uint64_t key;
  std::unique_ptr<wire::Connection> client;
  loop::Timer patience;
};

// A task knows the numbers of its own channels, and is not to guess those of another connection's.
ChannelCalls::ChannelCalls(loop::Loop& loop, std::function<void(std::uint64_t)> dial)
    : loop_(loop), dial_(std::move(dial)), last_key_(static_cast<std::uint64_t>(std::random_device()()) << 16) {}
ChannelCalls::~ChannelCalls() = default;

void ChannelCalls::want(std::unique_ptr<wire::Connection> client) {
  const std::uint64_t key = ++last_key_;
  waiting_.emplace(key, std::make_unique<Waiting>(*this, key, std::move(client)));
  dial_(key);
}

void ChannelCalls::refuse(std::unique_ptr<wire::Connection> client, const char* why) {
  const std::uint64_t key = ++last_key_;
  waiting_.emplace(key, std::make_unique<Waiting>(*this, key, std::move(client)));
  give_up(key, why);
}

void ChannelCalls::give_up(std::uint64_t key, const char* why) {
  Waiting& waiting = *waiting_.at(key);
  wire::send(*waiting.client, wire::ChannelEnded{.how = wire::ChannelEnded::How::kRefused, .message = why});
  waiting.client->finish();
}

void ChannelCalls::join(std::uint64_t key, std::unique_ptr<wire::Connection> task) {
  const auto waiting = waiting_.find(key);
  if (waiting == waiting_.end()) return;
  std::unique_ptr<wire::Connection> client = std::move(waiting->second->client);
  waiting_.erase(waiting);
  const auto self = relays_.emplace(relays_.end());
  *self = std::make_unique<wire::ChannelRelay>(std::move(client), std::move(task), "the task has ended",
                                               [this, self] { relays_.erase(self); });
}

}  // namespace sennit::agent

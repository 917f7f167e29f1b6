// Hands the frames of a channel on between two connections, for somebody who stands between its ends.
//
// What one end does not take is not read from the other. When the task's side goes without a last word, the client's
// side is told in its place; when the client goes, the task's side is closed.
//
// Threads: the loop's. Ownership: owns both connections.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "wire/channel_messages.h"
#include "wire/connection.h"

namespace sennit::wire {

// Sends a message as one frame.
void send(Connection& connection, const ChannelMessage& message);

class ChannelRelay {
 public:
  // `lost`: what the client is told when the task's side goes without a word. `on_end` is called once, when both are
  // closed, and may destroy the relay.
  ChannelRelay(std::unique_ptr<Connection> client, std::unique_ptr<Connection> task, std::string lost,
               std::function<void()> on_end);
  ChannelRelay(const ChannelRelay&) = delete;
  ChannelRelay& operator=(const ChannelRelay&) = delete;
  ~ChannelRelay();

 private:
  struct Side final : Connection::Handler {
    Side(ChannelRelay& the_relay, std::unique_ptr<Connection> the_connection);
    void on_frame(FrameType type, std::string_view payload) override { relay.pass(*this, type, payload); }
    void on_drained() override;
    void on_closed(Error error) override { relay.on_closed(*this, error); }

    ChannelRelay& relay;
    std::unique_ptr<Connection> connection;
    Side* other = nullptr;
  };

  void pass(Side& from, FrameType type, std::string_view payload);
  void on_closed(Side& side, const Error& error);

  std::string lost_;
  std::function<void()> on_end_;
  bool ended_ = false;  // the last word has been handed on
  Side client_;
  Side task_;
};

}  // namespace sennit::wire

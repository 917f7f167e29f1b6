// Frames over a Unix socket, for programs that wait with poll(2) and have no loop.
//
// Nothing here blocks. A connection that ends is told once by receive() or send_queued(); the object may connect again.
//
// Threads: one. Ownership: owns the descriptor.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "wire/channel_messages.h"
#include "wire/frame.h"
#include "wire/user_messages.h"

namespace sennit::user {

class FrameSocket {
 public:
  // A fresh connection in place of any before, with our hello queued.
  // Fails: kUnavailable (nobody listens there now), kInvalid (the path is too long), kIo.
  Result<void> connect(const std::string& path);
  // A connection on which both ends have said hello. It is not to block from now on.
  void adopt(UniqueFd socket);
  void close();

  bool is_open() const { return socket_.get() >= 0; }
  int fd() const { return socket_.get(); }

  void queue(const wire::UserMessage& message);
  void queue(const wire::ChannelMessage& message);
  std::size_t queued() const { return out_.size() - sent_; }
  // As much as the socket takes. Fails and closes: kUnavailable, kIo.
  Result<void> send_queued();

  // Hands out what has come, each frame during the call only, until `take` closes the connection or says false.
  // Fails and closes: kUnavailable (the other end is gone), kCorrupt, kConflict (no common protocol version), and as
  // `take` does.
  using Take = std::function<Result<bool>(const wire::Frame&)>;
  Result<void> receive(const Take& take);

 private:
  void queue_frame(wire::FrameType type, std::string_view payload);
  Result<bool> hand_out(const Take& take);
  Result<void> greet(const wire::Frame& frame);

  UniqueFd socket_;
  std::optional<wire::FrameDecoder> decoder_;
  bool greeted_ = false;
  std::string out_;
  std::size_t sent_ = 0;
};

// For a Take that only knows what ctrl says: decodes, and hands on.
template <class TakeMessage>
FrameSocket::Take of_user_messages(TakeMessage take) {
  return [take](const wire::Frame& frame) -> Result<bool> {
    SENNIT_ASSIGN(const wire::UserMessage message, wire::decode_user_message(frame.type, frame.payload));
    return take(message);
  };
}

}  // namespace sennit::user

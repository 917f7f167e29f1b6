// Frames to and from ctrl over its Unix socket, for programs that wait with poll(2) and have no loop.
//
// Nothing here blocks. A connection that ends is told once by receive() or send_queued(); the object may connect again.
//
// Threads: one. Ownership: owns the descriptor.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "wire/frame.h"
#include "wire/user_messages.h"

namespace sennit::user {

class CtrlSocket {
 public:
  explicit CtrlSocket(std::string path) : path_(std::move(path)) {}

  // A fresh connection in place of any before, with our hello queued.
  // Fails: kUnavailable (nobody listens there now), kInvalid (the path is too long), kIo.
  Result<void> connect();
  void close();

  bool is_open() const { return socket_.get() >= 0; }
  int fd() const { return socket_.get(); }

  void queue(const wire::UserMessage& message);
  std::size_t queued() const { return out_.size() - sent_; }
  // As much as the socket takes. Fails and closes: kUnavailable, kIo.
  Result<void> send_queued();

  // Hands out what has come, each message during the call only, until `take` closes the connection or says false.
  // Fails and closes: kUnavailable (ctrl is gone), kCorrupt, kConflict (no common protocol version).
  using Take = std::function<bool(const wire::UserMessage&)>;
  Result<void> receive(const Take& take);

 private:
  Result<bool> hand_out(const Take& take);
  Result<void> greet(const wire::Frame& frame);

  std::string path_;
  UniqueFd socket_;
  std::optional<wire::FrameDecoder> decoder_;
  bool greeted_ = false;
  std::string out_;
  std::size_t sent_ = 0;
};

}  // namespace sennit::user

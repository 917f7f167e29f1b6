// What comes to one UDP socket of this machine, carried to a port of a task: each sender has a channel of its own, so
// that answers find their way back. A sender that is silent, and not answered, for kIdle is forgotten.
//
// Threads: the loop's. Ownership: owns the socket and the channels. Errors: datagrams that do not fit are dropped.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/instant.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "http/websocket.h"
#include "loop/loop.h"

namespace sennit::cli {

class UdpForward {
 public:
  static constexpr Micros kIdle = std::chrono::seconds(60);
  static constexpr std::size_t kMostSenders = 1000;  // then the one that is silent longest is forgotten

  // `open` makes the way for one more sender, and tells the user what is wrong.
  using Open = std::function<Result<http::WebSocket::Start>()>;
  UdpForward(loop::Loop& loop, UniqueFd socket, Open open);
  ~UdpForward();
  UdpForward(const UdpForward&) = delete;
  UdpForward& operator=(const UdpForward&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::cli

// One TCP connection of this machine, carried through a channel to a port of a task. Each way ends on its own; what one
// side does not take is not read from the other.
//
// Threads: the loop's. Ownership: owns both. Errors: the connection is reset when the channel is cut off.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "client/channel.h"
#include "http/websocket.h"
#include "loop/loop.h"

namespace sennit::cli {

class TcpForward {
 public:
  // `on_end` is called once, with what the task's side said ("": it went well), and may destroy us.
  using OnEnd = std::function<void(const std::string& trouble)>;
  TcpForward(loop::Loop& loop, UniqueFd socket, http::WebSocket::Start start, OnEnd on_end);
  ~TcpForward();
  TcpForward(const TcpForward&) = delete;
  TcpForward& operator=(const TcpForward&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::cli

// Local ports that lead into a task, until it is told to stop or the task has nothing more to be reached.
//
// A connection that is open when the server goes is reset; the next one finds the next server.
//
// Threads: the main thread; run() waits.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/forward/listeners.h"
#include "cli/forward/port_spec.h"
#include "http/websocket.h"

namespace sennit::cli {

struct ForwardOptions {
  std::vector<PortPair> ports;
  std::string host;  // where to listen
  Protocol protocol = Protocol::kTcp;
  // A way to that port of the task. Called for each connection.
  std::function<Result<http::WebSocket::Start>(std::uint16_t remote)> open;
  // Whether it is of no use to go on after `open` has failed.
  std::function<bool(const Error&)> is_over;
  std::function<void(const std::string& line)> say;
};

class Forwarder {
 public:
  // Listens on all of them, and says where. Fails: as open_local.
  static Result<std::unique_ptr<Forwarder>> open(ForwardOptions options);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // Until a signal comes: ok. Fails: what `open` failed with, when it is over.
  Result<void> run();

 private:
  class Impl;
  explicit Forwarder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::cli

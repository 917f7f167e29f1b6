// Asks the server for ways into running tasks: sockets for a Channel (client/channel.h).
//
// Threads:   one at a time; calls wait for the answer, not for the task's side.
// Ownership: owns a connection, which a way that was found takes with it; the next call makes another one.
// Errors:    those of client::Api; kConflict: the task does not run now.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "client/server_launch.h"
#include "http/client.h"
#include "http/websocket.h"
#include "views/views.h"

namespace sennit::client {

struct ExecQuery {
  std::vector<std::string> command;  // none: a shell
  std::optional<views::TerminalSizeView> terminal;
  std::vector<std::string> environment;  // NAME=value
  std::string directory;                 // "": the task's
};

struct PortQuery {
  std::uint32_t port = 0;
  enum class Protocol : std::uint8_t { kTcp, kUdp } protocol = Protocol::kTcp;
  std::string host;  // "": the task's own loopback
};

class Reach {
 public:
  static Result<Reach> connect(const ServerPlace& place, IfAbsent if_absent, const http::ClientOptions& options = {});

  Result<http::WebSocket::Start> exec(std::string_view workflow, std::string_view task, const ExecQuery& query);
  Result<http::WebSocket::Start> port(std::string_view workflow, std::string_view task, const PortQuery& query);
  // To the terminal of the task's own command.
  Result<http::WebSocket::Start> attach(std::string_view workflow, std::string_view task, views::TerminalSizeView size);
  // Whether there is a way into the task now.
  Result<void> check(std::string_view workflow, std::string_view task);

 private:
  explicit Reach(http::Client client) : client_(std::move(client)) {}
  Result<http::WebSocket::Start> upgrade(std::string target);

  http::Client client_;
};

}  // namespace sennit::client

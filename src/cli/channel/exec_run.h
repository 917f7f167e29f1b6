// Runs one command in a task with this process's standard streams, or its terminal, as the command's own.
//
// Ctrl-C and its like go to the command; a second SIGTERM, or a lost terminal, ends us.
//
// Threads: the main thread; run() waits. Ownership: none.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/instant.h"
#include "client/channel.h"
#include "http/websocket.h"
#include "views/views.h"

namespace sennit::cli {

enum class Terminal : std::uint8_t { kNone, kOurs };
// A command has ended when it says so; a connection to a port once nothing more comes from there.
enum class EndsWith : std::uint8_t { kCommand, kOutput };

struct ExecOptions {
  Terminal terminal = Terminal::kNone;
  EndsWith ends_with = EndsWith::kCommand;
  Micros patience{};  // until it is open
  // Typed one after the other they end us and leave what we are attached to as it is. "": nothing does.
  std::string_view detach_keys = {};
};

struct ExecEnd {
  views::ChannelResultView result;
  bool was_open = false;
  bool interrupted = false;  // it is we who were asked to end
  bool detached = false;     // by the keys for it
};

ExecEnd run_exec(http::WebSocket::Start start, const ExecOptions& options);

}  // namespace sennit::cli

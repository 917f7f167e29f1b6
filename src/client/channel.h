// One open channel into a running task, on a loop: a command beside the task's own, or a connection to one of its
// ports (docs/api.md, channels).
//
// Threads:   the loop's.
// Ownership: owns the connection; the handler outlives it, and may destroy it within any of its calls.
// Errors:    all ends are told once to on_end: what the server says of it, or that the connection was lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "http/websocket.h"
#include "loop/loop.h"
#include "views/views.h"

namespace sennit::client {

class Channel {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void on_opened() = 0;
    // Of kStdout (a terminal, a port) or kStderr; valid during the call.
    virtual void on_bytes(views::ChannelByte stream, std::string_view bytes) = 0;
    virtual void on_stream_end(views::ChannelByte /*stream*/) {}
    // What write() has queued over kHighWater has been sent, for the most part.
    virtual void on_drained() {}
    // The last call. A status of its own beside those of the view: "lost", the server went without a word.
    virtual void on_end(const views::ChannelResultView& result) = 0;
  };

  Channel(loop::Loop& loop, http::WebSocket::Start start, Handler& handler);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  void write(std::string_view bytes);
  void end_input();
  void resize(views::TerminalSizeView size);
  void signal(int number);

  std::size_t buffered() const;
  void pause_reading();
  void resume_reading();

  static constexpr std::size_t kHighWater = http::WebSocket::kHighWater;
  static constexpr std::size_t kMostBytes = 64 * 1024;  // of one message; a longer write becomes several

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::client

// One end of a WebSocket on the loop, once the handshake is over. Binary and text messages both ways, with
// back-pressure; pings are answered.
//
// Threads:   the loop's.
// Ownership: owns the socket; the handler must outlive it and may destroy it within any of its calls, but for on_closed
//            nothing comes after that. Destroying it drops what is buffered (see close()).
// Errors:    send() has none; whatever ends the connection is told once to on_closed.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "http/websocket_frame.h"
#include "loop/loop.h"

namespace sennit::http {

class WebSocket {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;
    // The payload is valid during the call only.
    virtual void on_binary(std::string_view payload) = 0;
    virtual void on_text(std::string_view /*payload*/) {}
    // Buffered output had gone over kHighWater and has fallen under kLowWater again.
    virtual void on_drained() {}
    // The last call. kCancelled: closed in order by either end, `code` and the error's message say why; kUnavailable:
    // the peer has gone without a word; kCorrupt, kExhausted: it broke the protocol or a limit; kIo.
    virtual void on_closed(WebSocketClose code, Error error) = 0;
  };

  enum class Role : std::uint8_t { kServer, kClient };
  struct Start {
    UniqueFd socket;
    Role role = Role::kServer;
    std::string to_send = {};   // before any message: the rest of the handshake
    std::string received = {};  // what the peer has sent behind its handshake
  };
  static constexpr Bytes kMaxMessage = mebibytes(1);

  WebSocket(loop::Loop& loop, Start start, Handler& handler);
  ~WebSocket();
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  void send_binary(std::string_view payload);
  void send_text(std::string_view payload);

  // Sends what is queued, says that it is the end, and waits for the peer to say the same; nothing is handed out any
  // more.
  void close(WebSocketClose code, std::string_view reason);

  std::size_t buffered() const;
  void pause_reading();
  void resume_reading();

  static constexpr std::size_t kHighWater = 1024 * 1024;
  static constexpr std::size_t kLowWater = 256 * 1024;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::http

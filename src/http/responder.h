// How one request is answered: at once or later, whole or as a stream.
//
// Threads:   the loop's.
// Ownership: the handler's, who may keep it as long as it likes. Once the client is gone or the answer complete,
//            every call is without effect. Destroyed unanswered, the client gets a 500; destroyed within a stream, the
//            connection is cut, so that the client does not take the part for the whole.
// Errors:    none: a client that goes away is told by on_closed.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "http/websocket.h"
#include "loop/callback.h"

namespace sennit::http {

class Responder {
 public:
  virtual ~Responder() = default;

  // The whole answer. Once, and not after start_stream.
  virtual void send(Response response) = 0;

  // Begins a body of unknown length (chunked). `extra` are headers beside Content-Type.
  virtual void start_stream(int status, std::string_view content_type, std::vector<Header> extra = {}) = 0;
  // Appends to the stream; leaves at the end of the loop's turn. Empty chunks are ignored.
  virtual void write(std::string_view chunk) = 0;
  // Completes the stream; the connection goes on to its next request.
  virtual void end() = 0;

  // Makes the connection a WebSocket, if that is what the client has asked for (wants_websocket): then this is the
  // answer. Fails: kInvalid (it has not, or not well), kUnavailable (the client is gone); the request is still to be
  // answered then. Whoever cannot do it says so.
  virtual Result<std::unique_ptr<WebSocket>> upgrade(WebSocket::Handler& /*handler*/) {
    return Error(ErrorCode::kInvalid, "this connection cannot become a WebSocket");
  }

  // Bytes of this connection that the client has not taken yet. A producer stops above kHighWater and goes on at
  // on_drained; past kMaxBuffered the connection is cut, as the client does not read.
  virtual std::size_t buffered() const = 0;
  // Called whenever buffered() has been over kHighWater and falls under kLowWater. Replaces an earlier one.
  virtual void on_drained(loop::Callback<void()> function) = 0;
  // Called once if the client goes away (or the server stops) before the answer is complete; the Responder may be
  // destroyed within. If the client is already gone, it is called in the coming turn.
  virtual void on_closed(loop::Callback<void()> function) = 0;

  static constexpr std::size_t kHighWater = 1024 * 1024;
  static constexpr std::size_t kLowWater = 256 * 1024;
  static constexpr std::size_t kMaxBuffered = 64 * 1024 * 1024;
};

}  // namespace sennit::http

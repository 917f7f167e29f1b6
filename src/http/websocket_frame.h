// Messages of a WebSocket to bytes and back (RFC 6455 section 5). Pure; the reader is what the fuzzer feeds.
//
// No extensions: nobody is offered any. Fragments are put together; a message over the limit ends the connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace sennit::http {

enum class WebSocketOpcode : std::uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xa,
};

// Why a connection is closed (section 7.4.1), as far as we say or tell apart.
enum class WebSocketClose : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kNoStatus = 1005,  // never sent: the peer gave none
  kTooBig = 1009,
  kInternalError = 1011,
};

// `mask`: what a client must have in front of its payload, and a server must not.
void append_websocket_frame(std::string& out, WebSocketOpcode opcode, std::string_view payload,
                            std::optional<std::uint32_t> mask);

// Code and reason as the payload of a close frame.
std::string close_payload(WebSocketClose code, std::string_view reason);

struct WebSocketMessage {
  WebSocketOpcode opcode = WebSocketOpcode::kBinary;  // never kContinuation
  std::string_view payload;                           // valid until the reader is called again
};

class WebSocketReader {
 public:
  enum class Masking : std::uint8_t { kExpected, kForbidden };  // of a client's frames, of a server's
  WebSocketReader(Masking masking, Bytes limit) : masking_(masking), limit_(limit.count()) {}

  void feed(std::string_view bytes) { inbox_.append(bytes); }

  // The next whole message: true and `message` is set; false if more bytes are needed.
  // Fails: kCorrupt (against the protocol), kExhausted (over the limit); the stream is of no use afterwards.
  Result<bool> next(WebSocketMessage& message);

 private:
  struct Header {
    bool final = false;
    WebSocketOpcode opcode = WebSocketOpcode::kContinuation;
    std::uint64_t length = 0;
    std::optional<std::uint32_t> mask;
    std::size_t bytes = 0;  // of the header itself
  };
  Result<bool> read_header(Header& header) const;
  Result<void> check(const Header& header) const;
  void drop_consumed();

  Masking masking_;
  std::size_t limit_;
  std::string inbox_;
  std::size_t consumed_ = 0;                   // of the inbox, by messages given out
  std::optional<WebSocketOpcode> fragmented_;  // of the message that has begun
  std::string fragments_;
};

}  // namespace sennit::http

// What a peer may send on a WebSocket: in pieces of any size it gives the same messages as in one, and what we write is
// read as it was meant. The first byte says whether frames are masked.
// rooms: http
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "http/websocket_frame.h"

namespace {

using sennit::http::WebSocketReader;

// All messages of the stream as one text; what follows a broken frame does not count.
std::string messages_of(std::string_view stream, WebSocketReader::Masking masking, std::size_t piece) {
  WebSocketReader reader(masking, sennit::kibibytes(4));
  std::string seen;
  while (true) {
    sennit::http::WebSocketMessage message;
    const auto more = reader.next(message);
    if (!more.ok()) return seen + "broken";
    if (more.value()) {
      seen.append(std::to_string(static_cast<int>(message.opcode))).append(":").append(message.payload).push_back('\n');
      continue;
    }
    if (stream.empty()) return seen;
    reader.feed(stream.substr(0, piece));
    stream.remove_prefix(std::min(stream.size(), piece));
  }
}

// Written by us, a payload comes back whole.
void check_own(std::string_view payload, WebSocketReader::Masking masking) {
  std::optional<std::uint32_t> mask;
  if (masking == WebSocketReader::Masking::kExpected) mask = static_cast<std::uint32_t>(payload.size() * 2654435761U);
  std::string bytes;
  append_websocket_frame(bytes, sennit::http::WebSocketOpcode::kBinary, payload.substr(0, 4096), mask);
  WebSocketReader reader(masking, sennit::kibibytes(4));
  reader.feed(bytes);
  sennit::http::WebSocketMessage message;
  const auto found = reader.next(message);
  if (!found.ok() || !found.value() || message.payload != payload.substr(0, 4096)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto masking = data[0] % 2 == 0 ? WebSocketReader::Masking::kExpected : WebSocketReader::Masking::kForbidden;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = messages_of(stream, masking, size);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
    if (messages_of(stream, masking, piece) != whole) std::abort();
  }
  check_own(stream, masking);
  return 0;
}

#include "http/websocket_handshake.h"

#include <algorithm>
#include <array>
#include <boost/endian/conversion.hpp>
#include <boost/uuid/detail/sha1.hpp>
#include <cctype>

#include "base/base64.h"

namespace sennit::http {
namespace {

constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // of the RFC
constexpr std::size_t kKeyCharacters = 24;                                  // 16 bytes in base64

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool has_token(const std::string* value, std::string_view token) {
  return value != nullptr && lower(*value).find(token) != std::string::npos;
}

}  // namespace

std::string websocket_accept(std::string_view key) {
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(key.data(), key.size());
  hash.process_bytes(kGuid.data(), kGuid.size());
  boost::uuids::detail::sha1::digest_type digest;
  hash.get_digest(digest);
  std::string bytes;
  for (const unsigned int word : digest) {
    const unsigned int big = boost::endian::native_to_big(word);
    bytes.append(reinterpret_cast<const char*>(&big), sizeof big);
  }
  return encode_base64(bytes);
}

bool wants_websocket(const std::vector<Header>& headers) {
  return has_token(find_header(headers, "Connection"), "upgrade") &&
         has_token(find_header(headers, "Upgrade"), "websocket");
}

const std::string* websocket_key(std::string_view method, const std::vector<Header>& headers) {
  const std::string* version = find_header(headers, "Sec-WebSocket-Version");
  const std::string* key = find_header(headers, "Sec-WebSocket-Key");
  const bool good = method == "GET" && wants_websocket(headers) && version != nullptr && *version == "13" &&
                    key != nullptr && key->size() == kKeyCharacters;
  return good ? key : nullptr;
}

std::string websocket_response(std::string_view key) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
         websocket_accept(key) + "\r\n\r\n";
}

std::vector<Header> websocket_request_headers(const std::string& key) {
  return {
      {"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Version", "13"}, {"Sec-WebSocket-Key", key}};
}

}  // namespace sennit::http

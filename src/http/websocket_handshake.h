// How an HTTP connection becomes a WebSocket (RFC 6455 section 4). Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace sennit::http {

// What a server answers to the key of a client: Sec-WebSocket-Accept.
std::string websocket_accept(std::string_view key);

// Whether the request asks for a WebSocket at all; then it may still be refused.
bool wants_websocket(const std::vector<Header>& headers);

// The key of a well-formed request, or null: GET, version 13, and a key of 16 bytes.
const std::string* websocket_key(std::string_view method, const std::vector<Header>& headers);

// The answer that makes it one.
std::string websocket_response(std::string_view key);

// What a client sends beside the other headers; `key` is 16 random bytes in base64.
std::vector<Header> websocket_request_headers(const std::string& key);

}  // namespace sennit::http

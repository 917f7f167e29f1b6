#include "http/websocket_handshake.h"

#include <gtest/gtest.h>

namespace sennit::http {
namespace {

constexpr const char* kKey = "dGhlIHNhbXBsZSBub25jZQ==";  // the RFC's example (1.3)

std::vector<Header> headers() {
  return {{"Host", "localhost"},
          {"Upgrade", "websocket"},
          {"Connection", "Upgrade"},
          {"Sec-WebSocket-Key", kKey},
          {"Sec-WebSocket-Version", "13"}};
}

std::vector<Header> headers_with(const std::string& name, const std::string& value) {
  std::vector<Header> all = headers();
  for (Header& header : all) {
    if (header.name == name) header.value = value;
  }
  return all;
}

std::vector<Header> headers_without(const std::string& name) {
  std::vector<Header> all = headers();
  std::erase_if(all, [&](const Header& header) { return header.name == name; });
  return all;
}

TEST(WebSocketHandshake, TheRfcsExample) {
  EXPECT_EQ(websocket_accept(kKey), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(websocket_response(kKey),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(WebSocketHandshake, ARequestIsTakenHoweverItIsWritten) {
  ASSERT_NE(websocket_key("GET", headers()), nullptr);
  EXPECT_EQ(*websocket_key("GET", headers()), kKey);
  const std::vector<Header> odd = {{"UPGRADE", "WebSocket"},
                                   {"connection", "keep-alive, UPGRADE"},
                                   {"sec-websocket-key", kKey},
                                   {"SEC-WEBSOCKET-VERSION", "13"}};
  EXPECT_NE(websocket_key("GET", odd), nullptr);
  EXPECT_NE(websocket_key("GET", websocket_request_headers(kKey)), nullptr);
}

TEST(WebSocketHandshake, WhatAsksForNoneAndWhatAsksBadly) {
  EXPECT_FALSE(wants_websocket({}));
  EXPECT_FALSE(wants_websocket(headers_without("Upgrade")));
  EXPECT_FALSE(wants_websocket(headers_without("Connection")));
  EXPECT_FALSE(wants_websocket(headers_with("Connection", "close")));
  EXPECT_FALSE(wants_websocket(headers_with("Upgrade", "h2c")));
  for (const auto& bad :
       {headers_without("Sec-WebSocket-Key"), headers_without("Sec-WebSocket-Version"),
        headers_with("Sec-WebSocket-Version", "8"), headers_with("Sec-WebSocket-Version", "13, 8"),
        headers_with("Sec-WebSocket-Version", ""), headers_with("Sec-WebSocket-Key", ""),
        headers_with("Sec-WebSocket-Key", "short"), headers_with("Sec-WebSocket-Key", std::string(kKey) + "=")}) {
    EXPECT_TRUE(wants_websocket(bad));
    EXPECT_EQ(websocket_key("GET", bad), nullptr);
  }
  EXPECT_EQ(websocket_key("POST", headers()), nullptr);
}

}  // namespace
}  // namespace sennit::http

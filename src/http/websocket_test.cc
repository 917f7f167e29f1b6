#include "http/websocket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loop/loop.h"
#include "loop/timer.h"

namespace sennit::http {
namespace {

using Role = WebSocket::Role;
using Close = WebSocketClose;
using std::chrono::milliseconds;

struct Recorder : WebSocket::Handler {
  void on_binary(std::string_view payload) override {
    EXPECT_FALSE(error);
    messages.emplace_back(payload);
    bytes += payload.size();
    if (got) got();
  }
  void on_text(std::string_view payload) override { texts.emplace_back(payload); }
  void on_drained() override { ++drained; }
  void on_closed(Close the_code, Error the_error) override {
    EXPECT_FALSE(error) << "closed twice";
    code = the_code;
    error = std::move(the_error);
    if (closed) closed();
  }

  std::vector<std::string> messages, texts;
  std::size_t bytes = 0;
  int drained = 0;
  Close code = Close::kInternalError;
  std::optional<Error> error;
  std::function<void()> got, closed;
};

class WebSockets : public testing::Test {
 protected:
  WebSockets() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    server_end.reset(ends[0]);
    client_end.reset(ends[1]);
  }
  void open_server(std::string received = {}) {
    server = std::make_unique<WebSocket>(
        loop, WebSocket::Start{.socket = std::move(server_end), .role = Role::kServer, .received = std::move(received)},
        at_server);
  }
  void open_client() {
    client = std::make_unique<WebSocket>(loop, WebSocket::Start{.socket = std::move(client_end), .role = Role::kClient},
                                         at_client);
  }
  void open_both() {
    open_server();
    open_client();
  }
  void run_until(const std::function<bool()>& done) {
    while (!done()) loop.run_once();
  }
  void run_for(Micros time) {
    bool over = false;
    loop::Timer timer(loop);
    timer.arm_after(time, [&] { over = true; });
    run_until([&] { return over; });
  }
  // As a client without our code.
  void put_raw(std::string_view bytes) const {
    ASSERT_EQ(::send(client_end.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  static std::string masked(WebSocketOpcode opcode, std::string_view payload) {
    std::string out;
    append_websocket_frame(out, opcode, payload, 0x12345678);
    return out;
  }
  std::string take_raw() const {
    char buffer[65536];
    const ssize_t count = ::recv(client_end.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0))};
  }

  loop::Loop loop;
  UniqueFd server_end, client_end;
  Recorder at_server, at_client;
  std::unique_ptr<WebSocket> server, client;
};

TEST_F(WebSockets, MessagesGoBothWays) {
  open_both();
  at_server.got = [&] { server->send_binary(at_server.messages.back()); };
  const std::string large(WebSocket::kMaxMessage.count(), 'x');
  for (const std::string& text : {std::string("one"), std::string(), large}) client->send_binary(text);
  client->send_text("words");
  run_until([&] { return at_client.messages.size() == 3 && at_server.texts.size() == 1; });
  EXPECT_EQ(at_client.messages[0], "one");
  EXPECT_EQ(at_client.messages[1], "");
  EXPECT_TRUE(at_client.messages[2] == large);
  EXPECT_EQ(at_server.texts[0], "words");
}

TEST_F(WebSockets, WhatCameWithTheHandshakeIsHandedOutAndTheHandshakeLeavesFirst) {
  server = std::make_unique<WebSocket>(loop,
                                       WebSocket::Start{.socket = std::move(server_end),
                                                        .role = Role::kServer,
                                                        .to_send = "HANDSHAKE",
                                                        .received = masked(WebSocketOpcode::kBinary, "early")},
                                       at_server);
  server->send_binary("x");
  run_until([&] { return !at_server.messages.empty(); });
  EXPECT_EQ(at_server.messages[0], "early");
  EXPECT_EQ(take_raw(), "HANDSHAKE\x82\x01x");
}

TEST_F(WebSockets, AReaderThatPausesHoldsTheWriterBackAndMissesNothing) {
  open_both();
  client->pause_reading();
  const std::string chunk(64 * 1024, 'x');
  std::size_t sent = 0;
  for (; server->buffered() <= WebSocket::kHighWater; ++sent) {
    server->send_binary(chunk);
    loop.post([] {});
    loop.run_once();
  }
  EXPECT_EQ(at_client.bytes, 0U);
  EXPECT_EQ(at_server.drained, 0);
  client->resume_reading();
  run_until([&] { return at_client.messages.size() == sent; });
  EXPECT_EQ(at_server.drained, 1);
  EXPECT_EQ(server->buffered(), 0U);
}

TEST_F(WebSockets, PausedWithinABatchTheRestComesAfterResuming) {
  open_both();
  at_server.got = [&] { server->pause_reading(); };
  for (int i = 0; i < 3; ++i) client->send_binary(std::to_string(i));
  for (std::size_t i = 1; i <= 3; ++i) {
    run_until([&] { return at_server.messages.size() == i; });
    server->resume_reading();
  }
}

TEST_F(WebSockets, APingIsAnsweredAndAPongIgnored) {
  open_server();
  put_raw(masked(WebSocketOpcode::kPong, "?") + masked(WebSocketOpcode::kPing, "are you there"));
  std::string got;
  run_until([&] { return (got += take_raw()).size() >= 15; });
  EXPECT_EQ(got,
            "\x8a\x0d"
            "are you there");
}

// Each pong waits in our memory.
TEST_F(WebSockets, PingsOfAPeerThatDoesNotReadDoNotPileUp) {
  open_server();
  const std::string ping = masked(WebSocketOpcode::kPing, std::string(125, 'p'));
  std::string many;
  while (many.size() < 256 * 1024) many += ping;
  std::size_t sent = 0;
  std::string_view left;
  while (sent < 8 * WebSocket::kHighWater) {
    if (left.empty()) left = many;
    const ssize_t count = ::send(client_end.get(), left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) left.remove_prefix(static_cast<std::size_t>(count));
    if (count > 0) sent += static_cast<std::size_t>(count);
    loop.post([] {});
    loop.run_once();
  }
  EXPECT_LT(server->buffered(), WebSocket::kHighWater + 1024);
}

TEST_F(WebSockets, ACloseIsAnsweredWithItsCode) {
  open_both();
  client->send_binary("last");
  client->close(Close::kGoingAway, "enough");
  client->send_binary("too late");
  run_until([&] { return at_server.error && at_client.error; });
  EXPECT_EQ(at_server.messages, std::vector<std::string>{"last"});
  EXPECT_EQ(at_server.code, Close::kGoingAway);
  EXPECT_EQ(at_server.error->code(), ErrorCode::kCancelled);
  EXPECT_EQ(at_server.error->message(), "enough");
  EXPECT_EQ(at_client.code, Close::kGoingAway);
  EXPECT_EQ(at_client.error->code(), ErrorCode::kCancelled);
}

TEST_F(WebSockets, BothMayCloseAtOnce) {
  open_both();
  client->close(Close::kNormal, "client");
  server->close(Close::kNormal, "server");
  run_until([&] { return at_server.error && at_client.error; });
  EXPECT_EQ(at_server.error->code(), ErrorCode::kCancelled);
  EXPECT_EQ(at_client.error->code(), ErrorCode::kCancelled);
}

TEST_F(WebSockets, ACloseWithoutACodeIsOneWithoutStatus) {
  open_server();
  put_raw(masked(WebSocketOpcode::kClose, ""));
  run_until([&] { return at_server.error.has_value(); });
  EXPECT_EQ(at_server.code, Close::kNoStatus);
  EXPECT_EQ(at_server.error->code(), ErrorCode::kCancelled);
  EXPECT_EQ(take_raw(), std::string("\x88\x00", 2));
}

TEST_F(WebSockets, APeerThatDoesNotAnswerAClose) {
  open_server();
  server->close(Close::kNormal, "");
  run_until([&] { return at_server.error.has_value(); });
  EXPECT_EQ(at_server.error->code(), ErrorCode::kCancelled);
}

// It took its five seconds from the call, and what waited was dropped then.
TEST_F(WebSockets, AReaderThatIsSlowerThanTheCloseLosesNothing) {
  open_both();
  client->pause_reading();
  server->send_binary(std::string(900'000, 'x'));
  server->close(Close::kNormal, "done");
  run_for(milliseconds(5'500));
  EXPECT_FALSE(at_server.error);
  client->resume_reading();
  run_until([&] { return at_client.error.has_value(); });
  EXPECT_EQ(at_client.bytes, 900'000U);
  EXPECT_EQ(at_client.error->message(), "done");
}

// Its close lay in the reader, and was never looked at.
TEST_F(WebSockets, ClosedWhilePausedItFindsThePeersClose) {
  open_both();
  at_server.got = [&] { server->pause_reading(); };
  client->send_binary("x");
  client->close(Close::kGoingAway, "theirs");
  run_until([&] { return !at_server.messages.empty(); });
  server->close(Close::kNormal, "ours");
  run_until([&] { return at_server.error && at_client.error; });
  EXPECT_EQ(at_server.error->code(), ErrorCode::kCancelled) << at_server.error->message();
  EXPECT_EQ(at_client.error->code(), ErrorCode::kCancelled) << at_client.error->message();
}

TEST_F(WebSockets, APeerThatVanishesIsUnavailable) {
  open_both();
  client.reset();
  run_until([&] { return at_server.error.has_value(); });
  EXPECT_EQ(at_server.error->code(), ErrorCode::kUnavailable);
  EXPECT_EQ(at_server.code, Close::kNoStatus);
  server->send_binary("into the void");
  server->close(Close::kNormal, "");
  server->resume_reading();
}

// Whose command had to go on until it read its input.
TEST_F(WebSockets, AServerThatPausesHearsThatItsClientHasGone) {
  open_both();
  server->pause_reading();
  client->send_binary("unread");
  run_for(milliseconds(5));
  EXPECT_FALSE(at_server.error);
  client.reset();
  run_until([&] { return at_server.error.has_value(); });
  EXPECT_EQ(at_server.error->code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(at_server.messages.empty());
}

TEST_F(WebSockets, AClientThatPausesStillReadsWhatAServerSaidBeforeItWent) {
  open_both();
  client->pause_reading();
  server->send_binary("last");
  run_for(milliseconds(5));
  server.reset();
  client->send_binary("into the void");
  run_for(milliseconds(5));
  EXPECT_FALSE(at_client.error);
  client->resume_reading();
  run_until([&] { return at_client.error.has_value(); });
  EXPECT_EQ(at_client.messages, std::vector<std::string>{"last"});
}

// A write that fails came first, and hid them.
TEST_F(WebSockets, ThePeersLastWordsComeAlsoToOneThatWrites) {
  open_server();
  loop.post([&] {  // when it has been seen already that there is nothing to read
    put_raw(masked(WebSocketOpcode::kBinary, "last words"));
    client_end.reset();
    server->send_binary("x");
  });
  run_until([&] { return at_server.error.has_value(); });
  EXPECT_EQ(at_server.messages, std::vector<std::string>{"last words"});
  EXPECT_EQ(at_server.error->code(), ErrorCode::kUnavailable);
}

TEST_F(WebSockets, APeerThatBreaksTheProtocolIsToldWhy) {
  struct Row {
    std::string bytes;
    ErrorCode error;
    Close code;
  };
  std::string unmasked;
  append_websocket_frame(unmasked, WebSocketOpcode::kText, "x", std::nullopt);
  const std::string over = masked(WebSocketOpcode::kBinary, std::string(WebSocket::kMaxMessage.count() + 1, 'x'));
  for (const Row& row : {Row{unmasked, ErrorCode::kCorrupt, Close::kProtocolError},
                         Row{masked(WebSocketOpcode::kClose, "x"), ErrorCode::kCorrupt, Close::kProtocolError},
                         Row{over.substr(0, 1000), ErrorCode::kExhausted, Close::kTooBig}}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    Recorder recorder;
    const WebSocket socket(loop, {.socket = UniqueFd(ends[0]), .role = Role::kServer}, recorder);
    client_end.reset(ends[1]);
    put_raw(row.bytes);
    run_until([&] { return recorder.error.has_value(); });
    EXPECT_EQ(recorder.error->code(), row.error);
    EXPECT_EQ(recorder.code, row.code);
    EXPECT_EQ(take_raw().substr(2, 2), close_payload(row.code, ""));
  }
}

TEST_F(WebSockets, MayBeDestroyedByItsHandler) {
  open_both();
  at_server.got = [&] { server.reset(); };
  client->send_binary("1");
  client->send_binary("2");
  at_client.closed = [&] { client.reset(); };
  run_until([&] { return client == nullptr; });
  EXPECT_EQ(at_server.messages.size(), 1U);
  EXPECT_FALSE(at_server.error);
}

}  // namespace
}  // namespace sennit::http

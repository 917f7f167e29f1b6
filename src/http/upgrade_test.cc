// How a connection of the server becomes a WebSocket, and how the client gets one: both ends as they are shipped.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <variant>

#include "http/client.h"
#include "http/server.h"
#include "http/websocket.h"
#include "loop/loop.h"
#include "loop/unix_socket.h"

namespace sennit::http {
namespace {

// On a thread of its own: `/echo` becomes a WebSocket that sends back what comes, `/greet` one that speaks first,
// `/late` one that is made in a later turn, `/refuse` is refused, `/silent` not answered, anything else a page.
class EchoServer : private Handler {
 public:
  explicit EchoServer(const std::string& path) : thread_([this, path] { run(path); }) {
    while (!ready_.load()) ready_.wait(false);
  }
  ~EchoServer() {
    loop_.stop();
    thread_.join();
  }

 private:
  struct Socket : WebSocket::Handler {
    void on_binary(std::string_view payload) override { socket->send_binary(payload); }
    void on_closed(WebSocketClose /*code*/, Error /*error*/) override { socket.reset(); }
    std::unique_ptr<WebSocket> socket;
  };

  void run(const std::string& path) {
    auto server = Server::open(loop_, path, *this, {});
    EXPECT_TRUE(server.ok());
    ready_ = true;
    ready_.notify_all();
    loop_.run();
    sockets_.clear();
    kept_.clear();
  }

  void upgrade(const Request& request, Responder& responder) {
    Socket& echo = sockets_.emplace_back();
    Result<std::unique_ptr<WebSocket>> socket = responder.upgrade(echo);
    if (!socket) return responder.send({.status = 400, .body = socket.error().message()});
    echo.socket = std::move(*socket);
    if (request.target.path == "/greet") echo.socket->send_binary("hello");
  }

  void handle(Request request, std::unique_ptr<Responder> responder) override {
    const std::string& path = request.target.path;
    if (path == "/refuse") return responder->send({.status = 409, .body = "not now"});
    if (path == "/silent") return kept_.push_back(std::move(responder));
    if (path == "/late") {
      return loop_.post([this, request, late = std::move(responder)] { upgrade(request, *late); });
    }
    if (path == "/echo" || path == "/greet") return upgrade(request, *responder);
    responder->send({.body = "page " + path});
  }

  loop::Loop loop_;
  std::list<Socket> sockets_;
  std::vector<std::unique_ptr<Responder>> kept_;
  std::atomic<bool> ready_ = false;
  std::thread thread_;
};

struct Recorder : WebSocket::Handler {
  void on_binary(std::string_view payload) override { got.append(payload); }
  void on_closed(WebSocketClose /*code*/, Error /*error*/) override { closed = true; }
  std::string got;
  bool closed = false;
};

class Upgrades : public testing::Test {
 protected:
  Upgrades() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sennit-upgrade-XXXXXX").string();
    dir = ::mkdtemp(pattern.data());
    path = dir / "s";
    server = std::make_unique<EchoServer>(path);
  }
  ~Upgrades() override {
    server.reset();
    std::filesystem::remove_all(dir);
  }
  Client connect(ClientOptions options = {}) const { return std::move(Client::connect(path, options)).value(); }

  static std::string request_of(const std::string& target) {
    return "GET " + target +
           " HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }
  // Sends the bytes, and reads until the answer ends with `end`.
  std::string converse(std::string_view bytes, std::string_view end) const {
    const UniqueFd socket = std::move(loop::connect_unix(path)).value();
    EXPECT_EQ(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    std::string got;
    char buffer[4096];
    while (!got.ends_with(end)) {
      const ssize_t count = ::recv(socket.get(), buffer, sizeof buffer, 0);
      if (count == 0 || (count < 0 && errno != EAGAIN)) break;
      if (count > 0) got.append(buffer, static_cast<std::size_t>(count));
    }
    return got;
  }

  std::filesystem::path dir;
  std::string path;
  std::unique_ptr<EchoServer> server;
};

TEST_F(Upgrades, AClientGetsAWebSocketAndWhatCameBehindTheAnswer) {
  for (const char* target : {"/greet", "/late", "/echo"}) {
    Client client = connect();
    auto answer = client.upgrade({.target = target});
    ASSERT_TRUE(answer.ok()) << answer.error().message();
    ASSERT_TRUE(std::holds_alternative<WebSocket::Start>(*answer)) << target;
    loop::Loop loop;
    Recorder recorder;
    WebSocket socket(loop, std::get<WebSocket::Start>(std::move(*answer)), recorder);
    socket.send_binary("back");
    const std::string want = std::string(target) == "/greet" ? "helloback" : "back";
    while (recorder.got.size() < want.size() && !recorder.closed) loop.run_once();
    EXPECT_EQ(recorder.got, want);
    socket.close(WebSocketClose::kNormal, "");
    while (!recorder.closed) loop.run_once();
    // The client makes itself another connection.
    EXPECT_EQ(client.request({.target = "/x"})->body, "page /x");
  }
}

TEST_F(Upgrades, ARefusalIsAResponseAndTheClientGoesOn) {
  Client client = connect();
  for (const auto& [target, status, body] :
       {std::tuple("/refuse", 409, "not now"), std::tuple("/page", 200, "page /page")}) {
    auto answer = client.upgrade({.target = target});
    ASSERT_TRUE(answer.ok());
    ASSERT_TRUE(std::holds_alternative<Response>(*answer));
    EXPECT_EQ(std::get<Response>(*answer).status, status);
    EXPECT_EQ(std::get<Response>(*answer).body, body);
  }
  EXPECT_EQ(client.request({.target = "/x"})->body, "page /x");
}

// The answer that still came was taken for one to the next request.
TEST_F(Upgrades, AServerThatDoesNotAnswerIsLeft) {
  Client client = connect({.timeout = std::chrono::milliseconds(50)});
  EXPECT_EQ(client.upgrade({.target = "/silent"}).error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(client.request({.target = "/x"})->body, "page /x");
}

TEST_F(Upgrades, AnOrdinaryRequestDoesNotBecomeOne) {
  Client client = connect();
  const auto response = client.request({.target = "/echo"});
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 400);
  EXPECT_NE(response->body.find("WebSocket"), std::string::npos);
}

TEST_F(Upgrades, MayFollowARequestWhoseAnswerIsStillOnItsWay) {
  const std::string got = converse("GET /page HTTP/1.1\r\n\r\n" + request_of("/greet"), "hello");
  EXPECT_NE(got.find("page /page"), std::string::npos) << got;
  EXPECT_NE(got.find("101 Switching Protocols"), std::string::npos) << got;
  EXPECT_LT(got.find("page /page"), got.find("101 Switching"));
}

TEST_F(Upgrades, WhatIsSentAlongWithTheRequestIsTheFirstMessage) {
  std::string message;
  append_websocket_frame(message, WebSocketOpcode::kBinary, "eager", 0x01020304);
  for (const char* target : {"/echo", "/late"}) {
    EXPECT_TRUE(converse(request_of(target) + message, "eager")
                    .ends_with("\r\n\r\n\x82\x05"
                               "eager"))
        << target;
  }
}

}  // namespace
}  // namespace sennit::http

#include "http/server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/unix_socket.h"
#include "loop/watch.h"

namespace sennit::http {
namespace {

using std::chrono::milliseconds;

// Answers what the test says, and keeps what it does not answer.
struct TestHandler : Handler {
  void handle(Request request, std::unique_ptr<Responder> responder) override {
    requests.push_back(std::move(request));
    if (act) return act(requests.back(), std::move(responder));
    kept.push_back(std::move(responder));
  }
  std::vector<Request> requests;
  std::vector<std::unique_ptr<Responder>> kept;
  std::function<void(const Request&, std::unique_ptr<Responder>)> act;
};

void echo_path(const Request& request, std::unique_ptr<Responder> responder) {
  responder->send({.status = 200, .content_type = "text/plain", .body = request.target.path, .headers = {}});
}

// A client that sends what it likes and collects what comes.
class RawClient {
 public:
  RawClient(loop::Loop& loop, const std::string& path) : socket_(std::move(loop::connect_unix(path)).value()) {
    watch_ = std::move(loop::Watch::add(loop, socket_.get(), loop::Interest::kRead, [this](loop::Ready) {
               read();
             })).value();
  }
  void send(std::string_view bytes) const {
    ASSERT_EQ(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  // As much as the socket takes.
  std::size_t push(std::string_view bytes) const {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  void stop_reading() { watch_.set(loop::Interest::kNone); }
  void resume_reading() { watch_.set(loop::Interest::kRead); }
  void shut_writing() const { ::shutdown(socket_.get(), SHUT_WR); }
  bool has(std::string_view text) const { return got.find(text) != std::string::npos; }

  std::string got;
  bool ended = false;

 private:
  void read() {
    char buffer[65536];
    const ssize_t count = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    if (count > 0) {
      got.append(buffer, static_cast<std::size_t>(count));
    } else if (count == 0 || errno != EAGAIN) {
      ended = true;
      watch_.remove();
    }
  }

  UniqueFd socket_;
  loop::Watch watch_;
};

class Servers : public testing::Test {
 protected:
  Servers() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sennit-http-XXXXXX").string();
    dir = ::mkdtemp(pattern.data());
    path = dir / "s";
  }
  ~Servers() override {
    handler.kept.clear();
    server.reset();
    std::filesystem::remove_all(dir);
  }
  void open(ServerOptions options = {}) {
    auto opened = Server::open(loop, path, handler, options);
    ASSERT_TRUE(opened.ok());
    server = std::move(opened).value();
  }
  std::unique_ptr<RawClient> connect() { return std::make_unique<RawClient>(loop, path); }
  void run_until(const std::function<bool()>& done) {
    while (!done()) loop.run_once();
  }
  void get_request(const RawClient& client, std::string_view target = "/x") {
    const std::size_t before = handler.requests.size();
    client.send("GET " + std::string(target) + " HTTP/1.1\r\n\r\n");
    run_until([&] { return handler.requests.size() > before; });
  }

  loop::Loop loop;
  std::filesystem::path dir;
  std::string path;
  TestHandler handler;
  std::unique_ptr<Server> server;
};

TEST_F(Servers, ARequestIsHandedOverWholeAndAnsweredAtOnce) {
  open();
  handler.act = echo_path;
  const auto client = connect();
  client->send("POST /v1/w%20x?limit=5 HTTP/1.1\r\nX-Tag: t\r\nContent-Length: 4\r\n\r\nbody");
  run_until([&] { return client->has("/v1/w%20x"); });
  const Request& request = handler.requests.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target.segments, (std::vector<std::string>{"v1", "w x"}));
  EXPECT_EQ(*request.target.find("limit"), "5");
  EXPECT_EQ(*request.header("x-tag"), "t");
  EXPECT_EQ(request.body, "body");
  EXPECT_TRUE(client->got.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(client->has("Content-Length: 9\r\n"));
}

TEST_F(Servers, AnAnswerMayComeLater) {
  open();
  const auto client = connect();
  get_request(*client);
  EXPECT_EQ(server->active_requests(), 1U);
  handler.kept[0]->send({.status = 202, .body = "{}", .headers = {{"X-Extra", "1"}}});
  run_until([&] { return client->has("{}"); });
  EXPECT_TRUE(client->has("X-Extra: 1\r\n"));
  EXPECT_EQ(server->active_requests(), 0U);
  EXPECT_EQ(server->connections(), 1U);
}

TEST_F(Servers, ARequestByteByByte) {
  open();
  handler.act = echo_path;
  const auto client = connect();
  for (const char c : std::string_view("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")) {
    client->send({&c, 1});
    loop.run_once();
  }
  run_until([&] { return client->has("/slow"); });
}

TEST_F(Servers, PipelinedRequestsAreAnsweredInOrder) {
  open();
  handler.act = echo_path;
  const auto client = connect();
  std::string all;
  for (int i = 0; i < 50; ++i) all += "GET /r" + std::to_string(i) + ". HTTP/1.1\r\n\r\n";
  client->send(all);
  run_until([&] { return client->has("/r49."); });
  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    at = client->got.find("/r" + std::to_string(i) + ".", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(Servers, APipelinedRequestWaitsForTheOneBefore) {
  open();
  const auto client = connect();
  client->send("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n");
  run_until([&] { return handler.requests.size() == 1; });
  loop.post([] {});
  loop.run_once();
  EXPECT_EQ(handler.requests.size(), 1U);
  handler.kept[0]->send({.body = "first"});
  run_until([&] { return handler.requests.size() == 2; });
  EXPECT_EQ(handler.requests[1].target.path, "/b");
}

TEST_F(Servers, RefusalsAreJsonAndCloseTheConnection) {
  struct Row {
    std::string bytes;
    std::string_view status, message;
  };
  open({.max_header = Bytes(1000), .max_body = Bytes(100)});
  for (const Row& row :
       {Row{"nonsense\r\n\r\n", "400 Bad Request", "malformed"},
        Row{"GET / HTTP/1.1\r\nX: " + std::string(2000, 'x'), "431 Request Header Fields Too Large", "1000 bytes"},
        Row{"PUT / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", "413 Payload Too Large", "100 bytes"}}) {
    const auto client = connect();
    client->send(row.bytes);
    run_until([&] { return client->ended; });
    EXPECT_TRUE(client->got.starts_with("HTTP/1.1 " + std::string(row.status))) << client->got;
    EXPECT_TRUE(client->has("Content-Type: application/json\r\n"));
    EXPECT_TRUE(client->has("Connection: close\r\n"));
    EXPECT_TRUE(client->has("{\"error\": {\"code\": "));
    EXPECT_TRUE(client->has(row.message)) << client->got;
  }
  EXPECT_TRUE(handler.requests.empty());
}

TEST_F(Servers, AClientStillSendingItsLargeBodyReadsTheRefusal) {
  open({.max_body = Bytes(100)});
  const auto client = connect();
  client->send("PUT / HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n");
  const std::string body(100'000, 'x');
  std::size_t left = 10'000'000;
  while (left > 0 && !client->ended) {
    left -= client->push(std::string_view(body).substr(0, left));
    loop.run_once();
  }
  run_until([&] { return client->ended; });
  EXPECT_TRUE(client->has("413"));
}

TEST_F(Servers, ABrokenTargetIsRefusedButTheConnectionGoesOn) {
  open();
  handler.act = echo_path;
  const auto client = connect();
  client->send("GET /a/../b HTTP/1.1\r\n\r\nGET /good HTTP/1.1\r\n\r\n");
  run_until([&] { return client->has("/good"); });
  EXPECT_TRUE(client->got.starts_with("HTTP/1.1 400"));
}

TEST_F(Servers, HeadGetsTheLengthAndNoBody) {
  open();
  handler.act = echo_path;
  const auto client = connect();
  client->send("HEAD /12345 HTTP/1.1\r\n\r\nGET /next HTTP/1.1\r\n\r\n");
  run_until([&] { return client->has("/next"); });
  EXPECT_TRUE(client->has("Content-Length: 6\r\n\r\nHTTP/1.1 200"));
}

TEST_F(Servers, ConnectionCloseAndHttp10AreHonoured) {
  open();
  handler.act = echo_path;
  for (const std::string_view request : {"GET /x HTTP/1.1\r\nConnection: close\r\n\r\n", "GET /x HTTP/1.0\r\n\r\n"}) {
    const auto client = connect();
    client->send(request);
    run_until([&] { return client->ended; });
    EXPECT_TRUE(client->has("\r\n\r\n/x"));
  }
}

TEST_F(Servers, AnExpectationIsAnsweredBeforeTheBody) {
  open();
  handler.act = echo_path;
  const auto client = connect();
  client->send("PUT /x HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  run_until([&] { return client->has("HTTP/1.1 100 Continue\r\n\r\n"); });
  client->send("ab");
  run_until([&] { return client->has("HTTP/1.1 200"); });
}

TEST_F(Servers, AHalfClosedClientStillGetsItsAnswer) {
  open();
  const auto client = connect();
  get_request(*client);
  client->shut_writing();
  loop.run_once();
  handler.kept[0]->send({.body = "late answer"});
  run_until([&] { return client->ended; });
  EXPECT_TRUE(client->has("late answer"));
}

TEST_F(Servers, AStreamIsChunkedAndTheConnectionGoesOn) {
  open();
  const auto client = connect();
  get_request(*client);
  Responder& responder = *handler.kept[0];
  responder.start_stream(200, "text/event-stream", {});
  responder.write("one");
  responder.write("");
  run_until([&] { return client->has("3\r\none\r\n"); });
  responder.write("two!");
  responder.end();
  run_until([&] { return client->has("4\r\ntwo!\r\n0\r\n\r\n"); });
  EXPECT_TRUE(client->has("Transfer-Encoding: chunked\r\n"));
  get_request(*client, "/again");
}

TEST_F(Servers, AnHttp10StreamEndsWithTheConnection) {
  open();
  const auto client = connect();
  client->send("GET /x HTTP/1.0\r\n\r\n");
  run_until([&] { return !handler.kept.empty(); });
  handler.kept[0]->start_stream(200, "text/plain", {});
  handler.kept[0]->write("plain");
  handler.kept[0]->end();
  run_until([&] { return client->ended; });
  EXPECT_TRUE(client->got.ends_with("\r\n\r\nplain"));
}

TEST_F(Servers, AFollowerThatGoesAwayIsTold) {
  open();
  auto client = connect();
  get_request(*client);
  bool closed = false;
  handler.kept[0]->start_stream(200, "text/plain", {});
  handler.kept[0]->on_closed([&] {
    closed = true;
    handler.kept.clear();
  });
  run_until([&] { return client->has("200"); });
  client.reset();
  run_until([&] { return closed; });
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(Servers, AClientThatGoesAwayUnansweredIsToldAndLateCallsAreHarmless) {
  open();
  auto client = connect();
  get_request(*client);
  client.reset();
  run_until([&] { return server->connections() == 0; });
  Responder& responder = *handler.kept[0];
  bool closed = false;
  responder.on_closed([&] { closed = true; });
  EXPECT_FALSE(closed);
  loop.run_once();
  EXPECT_TRUE(closed);
  responder.start_stream(200, "text/plain", {});
  responder.write("nobody");
  responder.end();
  EXPECT_EQ(responder.buffered(), 0U);
}

TEST_F(Servers, ADroppedResponderAnswers500) {
  open();
  const auto client = connect();
  get_request(*client);
  handler.kept.clear();
  run_until([&] { return client->has("500"); });
  get_request(*client, "/again");
}

TEST_F(Servers, ADroppedStreamIsCutSoThatThePartIsNotTakenForTheWhole) {
  open();
  const auto client = connect();
  get_request(*client);
  handler.kept[0]->start_stream(200, "text/plain", {});
  handler.kept[0]->write("part");
  run_until([&] { return client->has("part"); });
  handler.kept.clear();
  run_until([&] { return client->ended; });
  EXPECT_FALSE(client->has("0\r\n\r\n"));
}

TEST_F(Servers, ASlowReaderHoldsTheProducerBack) {
  open();
  const auto client = connect();
  get_request(*client);
  client->stop_reading();
  Responder& responder = *handler.kept[0];
  responder.start_stream(200, "text/plain", {});
  int drained = 0;
  responder.on_drained([&] { ++drained; });
  const std::string chunk(100'000, 'x');
  while (responder.buffered() <= Responder::kHighWater) {
    responder.write(chunk);
    loop.post([] {});
    loop.run_once();
  }
  EXPECT_EQ(drained, 0);
  client->resume_reading();
  run_until([&] { return drained == 1; });
  EXPECT_LT(responder.buffered(), Responder::kLowWater);
}

TEST_F(Servers, AProducerThatIgnoresASlowReaderIsCut) {
  open();
  const auto client = connect();
  get_request(*client);
  client->stop_reading();
  Responder& responder = *handler.kept[0];
  responder.start_stream(200, "text/plain", {});
  bool closed = false;
  responder.on_closed([&] { closed = true; });
  const std::string chunk(8'000'000, 'x');
  for (int i = 0; i < 20; ++i) responder.write(chunk);
  EXPECT_FALSE(closed);  // never within a call
  EXPECT_LE(responder.buffered(), Responder::kMaxBuffered);
  run_until([&] { return closed; });
}

TEST_F(Servers, SlowRequestsTimeOutByTheirPart) {
  struct Row {
    std::string_view bytes, want;
  };
  open({.header_timeout = milliseconds(5), .body_timeout = milliseconds(5), .idle_timeout = milliseconds(5)});
  for (const Row& row : {Row{"GET / HT", "408 Request Timeout"},
                         Row{"PUT / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc", "408 Request Timeout"}, Row{"", ""}}) {
    const auto client = connect();
    client->send(row.bytes);
    run_until([&] { return client->ended; });
    EXPECT_EQ(client->got.empty(), row.want.empty());
    EXPECT_TRUE(client->has(row.want)) << client->got;
  }
  EXPECT_TRUE(handler.requests.empty());
}

TEST_F(Servers, AClientThatTakesNothingTimesOut) {
  open({.write_timeout = milliseconds(5)});
  const auto client = connect();
  get_request(*client);
  client->stop_reading();
  handler.kept[0]->send({.body = std::string(5'000'000, 'x')});
  run_until([&] { return server->connections() == 0; });
}

TEST_F(Servers, AnAnswerInTheMakingDoesNotTimeOut) {
  open({.header_timeout = milliseconds(1), .body_timeout = milliseconds(1), .idle_timeout = milliseconds(1)});
  const auto client = connect();
  get_request(*client);
  loop::Timer later(loop);
  later.arm_after(milliseconds(10), [&] { handler.kept[0]->send({.body = "done"}); });
  run_until([&] { return client->ended; });  // idle afterwards
  EXPECT_TRUE(client->has("done"));
}

TEST_F(Servers, ManyConnectionsAtOnce) {
  open();
  handler.act = echo_path;
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(connect());
  for (std::size_t i = 0; i < clients.size(); ++i) {
    clients[i]->send("GET /client" + std::to_string(i) + ". HTTP/1.1\r\n\r\n");
  }
  for (std::size_t i = 0; i < clients.size(); ++i) {
    run_until([&] { return clients[i]->has("/client" + std::to_string(i) + "."); });
  }
  EXPECT_EQ(server->connections(), 100U);
}

TEST_F(Servers, OneConnectionTooManyIsToldTheLimit) {
  open({.max_connections = 2});
  const auto first = connect();
  const auto second = connect();
  const auto third = connect();
  run_until([&] { return third->ended; });
  EXPECT_TRUE(third->has("503"));
  EXPECT_TRUE(third->has("2 connections"));
}

TEST_F(Servers, StopCutsStreamsRefusesTheUnansweredAndDeliversTheComplete) {
  open();
  const auto idle = connect();
  const auto streaming = connect();
  const auto unanswered = connect();
  const auto complete = connect();
  for (const auto* client : {&streaming, &unanswered, &complete}) get_request(**client);
  int closed = 0;
  for (auto& responder : handler.kept) responder->on_closed([&] { ++closed; });
  handler.kept[0]->start_stream(200, "text/plain", {});
  handler.kept[0]->write("part");
  handler.kept[2]->send({.body = std::string(3'000'000, 'x') + "!"});
  bool stopped = false;
  server->stop(std::chrono::minutes(1), [&] { stopped = true; });
  EXPECT_FALSE(std::filesystem::exists(path));
  run_until([&] { return stopped; });
  run_until([&] { return idle->ended && streaming->ended && unanswered->ended && complete->ended; });
  EXPECT_EQ(closed, 2);
  EXPECT_TRUE(streaming->has("part"));
  EXPECT_FALSE(streaming->has("0\r\n\r\n"));
  EXPECT_TRUE(unanswered->has("503"));
  EXPECT_TRUE(complete->got.ends_with("x!"));
}

TEST_F(Servers, StopWaitsForASlowClientOnlyForItsGrace) {
  open();
  const auto client = connect();
  get_request(*client);
  client->stop_reading();
  handler.kept[0]->send({.body = std::string(5'000'000, 'x')});
  bool stopped = false;
  server->stop(milliseconds(5), [&] { stopped = true; });
  run_until([&] { return stopped; });
}

TEST_F(Servers, TheHandlerMayDestroyTheServer) {
  open();
  const auto client = connect();
  handler.act = [&](const Request&, std::unique_ptr<Responder> responder) {
    server.reset();
    responder->send({.body = "into the void"});
  };
  client->send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  run_until([&] { return client->ended; });
}

TEST_F(Servers, AClosedCallbackMayDestroyTheServer) {
  open();
  auto client = connect();
  get_request(*client);
  handler.kept[0]->on_closed([&] { server.reset(); });
  client.reset();
  run_until([&] { return server == nullptr; });
}

TEST_F(Servers, DestroyingTheServerTellsWhoIsUnanswered) {
  open();
  const auto client = connect();
  get_request(*client);
  bool closed = false;
  handler.kept[0]->on_closed([&] { closed = true; });
  server.reset();
  EXPECT_TRUE(closed);
}

}  // namespace
}  // namespace sennit::http

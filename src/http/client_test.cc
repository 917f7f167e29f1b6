#include "http/client.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "http/server.h"
#include "loop/loop.h"

namespace sennit::http {
namespace {

using std::chrono::milliseconds;

// A server on a thread of its own. `/echo` returns method and body, `/stream` ten lines and its end, `/follow` one line
// and then silence, `/cut` half a stream, `/silent` nothing, `/missing` an error, `/close` an answer and the end.
class TestServer : private Handler {
 public:
  explicit TestServer(const std::string& path) : thread_([this, path] { run(path); }) {
    while (!ready_.load()) ready_.wait(false);
  }
  ~TestServer() {
    loop_.stop();
    thread_.join();
  }

 private:
  void run(const std::string& path) {
    auto server = Server::open(loop_, path, *this, {});
    EXPECT_TRUE(server.ok());
    ready_ = true;
    ready_.notify_all();
    loop_.run();
    kept_.clear();
  }

  void handle(Request request, std::unique_ptr<Responder> responder) override {
    const std::string& path = request.target.path;
    if (path == "/echo") return responder->send({.body = request.method + " " + request.body});
    if (path == "/large") return responder->send({.body = std::string(3'000'000, 'x')});
    if (path == "/missing") return responder->send({.status = 404, .body = "no such thing"});
    if (path == "/close") return responder->send({.body = "bye", .headers = {{"Connection", "close"}}});
    if (path == "/silent") return kept_.push_back(std::move(responder));
    responder->start_stream(200, "text/plain");
    responder->write("line 0\n");
    if (path == "/follow") return kept_.push_back(std::move(responder));
    if (path == "/cut") return loop_.post([cut = std::move(responder)]() mutable { cut.reset(); });
    for (int i = 1; i < 10; ++i) responder->write("line " + std::to_string(i) + "\n");
    responder->end();
  }

  loop::Loop loop_;
  std::vector<std::unique_ptr<Responder>> kept_;
  std::atomic<bool> ready_ = false;
  std::thread thread_;
};

class Clients : public testing::Test {
 protected:
  Clients() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sennit-client-XXXXXX").string();
    dir = ::mkdtemp(pattern.data());
    path = dir / "s";
    server = std::make_unique<TestServer>(path);
  }
  ~Clients() override {
    server.reset();
    std::filesystem::remove_all(dir);
  }
  Client connect(ClientOptions options = {}) const {
    auto client = Client::connect(path, options);
    EXPECT_TRUE(client.ok());
    return std::move(client).value();
  }

  std::filesystem::path dir;
  std::string path;
  std::unique_ptr<TestServer> server;
};

TEST_F(Clients, RequestsFollowEachOtherOnOneConnection) {
  Client client = connect();
  for (int i = 0; i < 3; ++i) {
    const auto response = client.request({.method = "POST", .target = "/echo", .body = std::to_string(i)});
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, "POST " + std::to_string(i));
  }
}

TEST_F(Clients, LargeBodiesBothWays) {
  Client client = connect();
  const std::string body(5'000'000, 'b');
  const auto response = client.request({.method = "PUT", .target = "/echo", .body = body});
  ASSERT_TRUE(response.ok());
  EXPECT_TRUE(response->body == "PUT " + body);
}

TEST_F(Clients, AnErrorStatusIsAResponse) {
  Client client = connect();
  const auto response = client.request({.target = "/missing"});
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "no such thing");
}

TEST_F(Clients, AStreamComesInPieces) {
  Client client = connect();
  std::string got;
  const auto response = client.stream({.target = "/stream"}, [&](std::string_view piece) {
    got += piece;
    return Flow::kContinue;
  });
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->content_type, "text/plain");
  EXPECT_TRUE(got.starts_with("line 0\n"));
  EXPECT_TRUE(got.ends_with("line 9\n"));
  EXPECT_EQ(client.request({.target = "/echo"})->body, "GET ");
}

TEST_F(Clients, AStreamMayBeLeftAndTheClientGoesOn) {
  Client client = connect();
  const auto response = client.stream({.target = "/follow"}, [](std::string_view) { return Flow::kStop; });
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(client.request({.target = "/echo"})->body, "GET ");
}

TEST_F(Clients, AnErrorInsteadOfAStreamIsReturnedWhole) {
  Client client = connect();
  const auto response = client.stream({.target = "/missing"}, [](std::string_view) {
    ADD_FAILURE() << "called";
    return Flow::kStop;
  });
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->body, "no such thing");
}

TEST_F(Clients, AStreamThatIsCutIsUnavailable) {
  Client client = connect();
  const auto response = client.stream({.target = "/cut"}, [](std::string_view) { return Flow::kContinue; });
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kUnavailable);
}

TEST_F(Clients, AWakeDescriptorEndsTheWait) {
  const UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
  Client client = connect({.wake_fd = wake.get()});
  const auto response = client.stream({.target = "/follow"}, [&](std::string_view) {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(wake.get(), &one, sizeof one), 8);
    return Flow::kContinue;
  });
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kCancelled);
}

// Of an eventfd, which says that there is more to do until it has been asked so many times.
class Counting final : public Aside {
 public:
  Counting(int fd, int most, std::function<void()> then) : fd_(fd), most_(most), then_(std::move(then)) {}
  int fd() const override { return fd_; }
  void act() override {
    std::uint64_t value = 0;
    EXPECT_EQ(::read(fd_, &value, sizeof value), static_cast<ssize_t>(sizeof value));
    if (++times < most_) {
      EXPECT_EQ(::write(fd_, &value, sizeof value), static_cast<ssize_t>(sizeof value));
    } else {
      then_();
    }
  }
  int times = 0;

 private:
  int fd_;
  int most_;
  std::function<void()> then_;
};

TEST_F(Clients, WhatIsDoneAsideDoesNotEndTheWait) {
  const UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
  const UniqueFd fd(::eventfd(1, EFD_CLOEXEC));
  Counting aside(fd.get(), 3, [&wake] { EXPECT_EQ(::write(wake.get(), "\1\0\0\0\0\0\0", 8), 8); });
  Client client = connect({.wake_fd = wake.get(), .aside = &aside});
  const auto response = client.stream({.target = "/follow"}, [](std::string_view) { return Flow::kContinue; });
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kCancelled);
  EXPECT_EQ(aside.times, 3);
}

TEST_F(Clients, WhatIsDoneAsideDoesNotPutOffATimeout) {
  const UniqueFd fd(::eventfd(1, EFD_CLOEXEC));
  Counting aside(fd.get(), 1, [] {});
  Client client = connect({.timeout = milliseconds(30), .aside = &aside});
  const auto response = client.request({.target = "/silent"});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kTimeout);
  EXPECT_EQ(aside.times, 1);
}

TEST_F(Clients, ASilentServerTimesOut) {
  Client client = connect({.timeout = milliseconds(5)});
  const auto response = client.request({.target = "/silent"});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kTimeout);
}

TEST_F(Clients, ABodyOverTheLimitIsExhausted) {
  Client client = connect({.max_body = Bytes(1'000'000)});
  const auto response = client.request({.target = "/large"});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().code(), ErrorCode::kExhausted);
  EXPECT_EQ(client.request({.target = "/echo"})->body, "GET ");
}

TEST_F(Clients, AClosedConnectionIsMadeAgain) {
  Client client = connect();
  EXPECT_EQ(client.request({.target = "/close"})->body, "bye");
  EXPECT_EQ(client.request({.target = "/echo"})->body, "GET ");
  server.reset();
  EXPECT_EQ(client.request({.target = "/echo"}).error().code(), ErrorCode::kUnavailable);
  server = std::make_unique<TestServer>(path);
  EXPECT_EQ(client.request({.target = "/echo"})->body, "GET ");
}

TEST_F(Clients, NobodyThereIsUnavailable) {
  server.reset();
  EXPECT_EQ(Client::connect(path).error().code(), ErrorCode::kUnavailable);
}

TEST_F(Clients, ALineEndInATargetIsRefused) {
  Client client = connect();
  for (const char* target : {"/a\r\nX: y", "/a b", "/\n"}) {
    EXPECT_EQ(client.request({.target = target}).error().code(), ErrorCode::kInvalid);
  }
}

}  // namespace
}  // namespace sennit::http

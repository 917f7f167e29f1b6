#include "client/follow.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "http/sse.h"
#include "views/json.h"

namespace sennit::client {
namespace {

std::string event(std::uint64_t seq, const std::string& kind, const std::string& status = {}) {
  views::EventView view;
  view.seq = seq;
  view.kind = kind;
  view.status = status;
  std::string out;
  http::append_event(out, {.id = seq == 0 ? "" : std::to_string(seq), .type = kind, .data = to_json(view)});
  return out;
}

// A server that answers one request on each connection with a prepared body, and cuts the connection.
class CannedServer {
 public:
  CannedServer(std::string path, std::vector<std::string> bodies) : bodies_(std::move(bodies)) {
    listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~CannedServer() { thread_.join(); }

  const std::vector<std::string>& requests() {
    return requests_;  // read after the follower has returned: the thread has nothing left to write
  }

 private:
  void serve() {
    for (const std::string& body : bodies_) {
      const UniqueFd connection(::accept(listener_.get(), nullptr, nullptr));
      std::string request;
      std::array<char, 4096> buffer{};
      while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t got = ::read(connection.get(), buffer.data(), buffer.size());
        if (got <= 0) return;
        request.append(buffer.data(), static_cast<std::size_t>(got));
      }
      requests_.push_back(request.substr(0, request.find('\r')));
      char size[32];
      std::snprintf(size, sizeof size, "%zx", body.size());
      const std::string answer =
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n" +
          std::string(size) + "\r\n" + body + "\r\n";
      [[maybe_unused]] const ssize_t sent = ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  UniqueFd listener_;
  std::vector<std::string> bodies_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

class Follow : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sn-follow-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    base_ = name;
    place_ = {
        .state_dir = base_, .socket = base_ + "/s", .log = base_ + "/log", .executable = "/bin/false", .arguments = {}};
  }
  void TearDown() override { std::filesystem::remove_all(base_); }

  Result<void> follow() {
    EventFollower follower(place_, {}, {.workflow = "flow-1", .level = EventLevel::kTasks, .after = 0});
    return follower.follow([this](const views::EventView& event) { seen_.push_back(event.seq); },
                           [this](const Error&) { ++lost_; });
  }

  std::string base_;
  ServerPlace place_;
  std::vector<std::uint64_t> seen_;
  int lost_ = 0;
};

TEST_F(Follow, EndsWithTheWorkflow) {
  CannedServer server(place_.socket, {event(1, "submitted") + event(2, "ended") + event(0, "end", "COMPLETED")});
  EXPECT_TRUE(follow().ok());
  EXPECT_EQ(seen_, (std::vector<std::uint64_t>{1, 2, 0}));
}

TEST_F(Follow, LostConnectionGoesOnBehindTheLastEventSeen) {
  CannedServer server(place_.socket, {event(1, "submitted") + event(2, "started"),
                                      event(2, "started") + event(3, "ended") + event(0, "end", "COMPLETED")});
  EXPECT_TRUE(follow().ok());
  EXPECT_EQ(seen_, (std::vector<std::uint64_t>{1, 2, 3, 0}));
  EXPECT_EQ(lost_, 1);
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_EQ(server.requests()[1], "GET /v1/workflows/flow-1/events?after=2&level=tasks&follow=1 HTTP/1.1");
}

TEST_F(Follow, ServerThatNeverGetsAnywhereIsGivenUp) {
  CannedServer server(place_.socket, std::vector<std::string>(EventFollower::kMaxAttempts + 1, ": nothing\n\n"));
  const Result<void> result = follow();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(lost_, EventFollower::kMaxAttempts);
}

TEST_F(Follow, ErrorOfTheServerIsNotTriedAgain) {
  views::EventView error;
  error.kind = "error";
  error.message = "read the journal: disk I/O error";
  std::string body;
  http::append_event(body, {.id = "", .type = "error", .data = to_json(error)});
  CannedServer server(place_.socket, {body});
  const Result<void> result = follow();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code(), ErrorCode::kIo);
}

}  // namespace
}  // namespace sennit::client

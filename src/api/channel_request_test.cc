#include "api/channel_request.h"

#include <gtest/gtest.h>

#include "api/service_fixture.h"

namespace sennit::api {
namespace {

http::Target target_of(std::string_view query) { return http::parse_target(std::string("/x?").append(query)).value(); }

TEST(ChannelRequest, ACommandWithAllThatCanBeAsked) {
  const auto request = exec_request(target_of(
      "command=sh&command=&command=a%20b%26c&tty=1&rows=24&columns=80&env=A%3Dx%3Dy&env=B%3D&workdir=%2Ftmp"));
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(*request, (wire::ChannelRequest{.argv = {"sh", "", "a b&c"},
                                            .terminal = true,
                                            .size = {.rows = 24, .columns = 80},
                                            .environment = {{"A", "x=y"}, {"B", ""}},
                                            .directory = "/tmp"}));
  EXPECT_EQ(exec_request(target_of("")).value(), wire::ChannelRequest());
}

TEST(ChannelRequest, APort) {
  EXPECT_EQ(port_request(target_of("port=80")).value(),
            (wire::ChannelRequest{.kind = wire::ChannelRequest::Kind::kTcp, .port = 80}));
  EXPECT_EQ(port_request(target_of("port=65535&protocol=udp&host=10.0.0.1")).value(),
            (wire::ChannelRequest{.kind = wire::ChannelRequest::Kind::kUdp, .host = "10.0.0.1", .port = 65535}));
}

TEST(ChannelRequest, WhatIsWrongIsInvalid) {
  for (const char* query : {"env=A", "env=%3Dx", "env=", "rows=65536", "columns=70000", "rows=x", "rows=-1"}) {
    const auto request = exec_request(target_of(query));
    ASSERT_FALSE(request.ok()) << query;
    EXPECT_EQ(request.error().code(), ErrorCode::kInvalid) << query;
  }
  for (const char* query : {"", "port=0", "port=65536", "port=http", "port=80&protocol=sctp"}) {
    const auto request = port_request(target_of(query));
    ASSERT_FALSE(request.ok()) << query;
    EXPECT_EQ(request.error().code(), ErrorCode::kInvalid) << query;
  }
}

// By a request that asks for no WebSocket: 426 says that there is a way in.
class WayIn : public ServiceTest {
 protected:
  std::string answer(const std::string& what) {
    const auto answer = wait_for(ask("GET", "/v1/workflows/demo-1/" + what));
    return std::to_string(answer->status) + " " + answer->body;
  }
};

TEST_F(WayIn, ThereIsOneOnlyWhileTheTaskRuns) {
  submit(kTwoTasks);
  for (const std::string what : {"exec?task=", "port-forward?port=80&task="}) {
    EXPECT_NE(answer(what + "use").find("does not run yet"), std::string::npos) << answer(what + "use");
    EXPECT_TRUE(answer(what + "use").starts_with("409"));
    EXPECT_TRUE(answer(what + "none").starts_with("404")) << answer(what + "none");
  }
  started(0);
  EXPECT_TRUE(answer("exec?task=make").starts_with("426")) << answer("exec?task=make");
  EXPECT_TRUE(answer("port-forward?task=make&port=80").starts_with("426"));
  exited(0, 0);
  EXPECT_NE(answer("exec?task=make").find("has ended: it is COMPLETED"), std::string::npos) << answer("exec?task=make");
}

// The client had waited a minute for a command that stood still.
TEST_F(WayIn, NotIntoATaskThatIsPaused) {
  submit(kTwoTasks);
  started(0);
  wait_for(ask("POST", "/v1/workflows/demo-1/pause", to_json(views::ChangeRequest{.user = "ann", .names = {"make"}})));
  EXPECT_NE(answer("exec?task=make").find("is paused: `sennit resume demo-1 make` lets it go on"), std::string::npos)
      << answer("exec?task=make");
  wait_for(ask("POST", "/v1/workflows/demo-1/resume", to_json(views::ChangeRequest{.user = "ann", .names = {"make"}})));
  EXPECT_TRUE(answer("exec?task=make").starts_with("426")) << answer("exec?task=make");
}

}  // namespace
}  // namespace sennit::api

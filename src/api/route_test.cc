#include "api/route.h"

#include <gtest/gtest.h>

namespace sennit::api {
namespace {

http::Target target_of(std::string_view text) { return http::parse_target(text).value(); }

TEST(Route, PathsLeadToTheirActions) {
  struct Case {
    const char* method;
    const char* target;
    Action want;
    const char* reference;
  };
  const Case cases[] = {
      {"GET", "/v1/server", Action::kServer, ""},
      {"POST", "/v1/server/stop?when=now", Action::kStopServer, ""},
      {"POST", "/v1/workflows", Action::kSubmit, ""},
      {"GET", "/v1/workflows?limit=3", Action::kList, ""},
      {"GET", "/v1/workflows/wf-1", Action::kStatus, "wf-1"},
      {"GET", "/v1/workflows/a%2Fb/logs", Action::kLogs, "a/b"},
      {"POST", "/v1/workflows/last/cancel", Action::kCancel, "last"},
      {"POST", "/v1/workflows/last/tags", Action::kChangeTags, "last"},
      {"GET", "/v1/tags", Action::kTags, ""},
      {"POST", "/v1/workflows/last/pin", Action::kPin, "last"},
      {"DELETE", "/v1/workflows/demo-3", Action::kDelete, "demo-3"},
      {"POST", "/v1/gc", Action::kGc, ""},
      {"POST", "/v1/workflows/last/timeouts", Action::kTimeouts, "last"},
      {"POST", "/v1/workflows/last/rerun", Action::kRerun, "last"},
      {"POST", "/v1/workflows/last/resume", Action::kResume, "last"},
  };
  for (const Case& c : cases) {
    const auto found = find_route(c.method, target_of(c.target));
    ASSERT_TRUE(std::holds_alternative<Route>(found)) << c.target;
    EXPECT_EQ(std::get<Route>(found).action, c.want) << c.target;
    EXPECT_EQ(std::get<Route>(found).reference, c.reference) << c.target;
  }
}

TEST(Route, UnknownPathAndWrongMethodAreToldApart) {
  EXPECT_EQ(std::get<NoRoute>(find_route("GET", target_of("/v1/nothing"))), NoRoute::kUnknownPath);
  EXPECT_EQ(std::get<NoRoute>(find_route("GET", target_of("/v1/workflows/a/b/c"))), NoRoute::kUnknownPath);
  EXPECT_EQ(std::get<NoRoute>(find_route("DELETE", target_of("/v1/workflows"))), NoRoute::kWrongMethod);
}

}  // namespace
}  // namespace sennit::api

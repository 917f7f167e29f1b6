#include "launch/engine/find_engine.h"

#include <gtest/gtest.h>

namespace sennit::launch {
namespace {

TEST(FindEngine, WhereItIsLookedFor) {
  using Places = std::vector<std::string>;
  EXPECT_EQ(*engine_places({}), (Places{"/var/run/docker.sock", "/run/podman/podman.sock"}));
  EXPECT_EQ(*engine_places({.docker_host = "", .runtime_dir = "/run/user/7"}),
            (Places{"/var/run/docker.sock", "/run/user/7/podman/podman.sock", "/run/podman/podman.sock"}));
  EXPECT_EQ(*engine_places({.docker_host = "unix:///x.sock", .runtime_dir = "/run/user/7"}), Places{"/x.sock"});
}

TEST(FindEngine, AnEngineElsewhereIsNone) {
  for (const char* host : {"tcp://10.0.0.1:2375", "ssh://me@there", "unix://x", "/var/run/docker.sock"}) {
    EXPECT_EQ(engine_places({.docker_host = host}).error().code(), ErrorCode::kInvalid) << host;
  }
}

TEST(FindEngine, NamesWhatWasTried) {
  const Result<std::string> found = find_engine({.docker_host = "unix:///nonexistent/x.sock"});
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(found.error().message().find("/nonexistent/x.sock"), std::string::npos);
}

}  // namespace
}  // namespace sennit::launch

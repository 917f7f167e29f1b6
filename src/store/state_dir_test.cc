#include "store/state_dir.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <map>

#include "store/store_samples.h"

namespace sennit::store {
namespace {

VariableLookup variables(std::map<std::string, std::string> values) {
  return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
    const auto at = values.find(std::string(name));
    return at == values.end() ? std::nullopt : std::optional(at->second);
  };
}

unsigned mode_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST(StateLocation, FirstVariableWins) {
  EXPECT_EQ(locate_state_dir(variables({{"SENNIT_HOME", "/s/"}, {"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}})).value(),
            "/s/state");
  EXPECT_EQ(locate_state_dir(variables({{"SENNIT_HOME", ""}, {"XDG_STATE_HOME", "/x"}, {"HOME", "/h"}})).value(),
            "/x/sennit");
  EXPECT_EQ(locate_state_dir(variables({{"HOME", "/h//a/../b"}})).value(), "/h/b/.local/state/sennit");
}

TEST(StateLocation, RelativeOrMissingIsAnError) {
  const auto relative = locate_state_dir(variables({{"SENNIT_HOME", "here"}}));
  EXPECT_EQ(relative.error().message(), "SENNIT_HOME must be an absolute path, not 'here'");
  EXPECT_EQ(locate_state_dir(variables({})).error().code(), ErrorCode::kNotFound);
}

TEST(StateLayout, SocketsLieInTheDirectoryWhileTheyFit) {
  EXPECT_EQ(layout_of("/s/state").server_socket, "/s/state/server.sock");
  const std::size_t room = sizeof(sockaddr_un::sun_path) - 1 - std::string("/server.sock").size();
  const std::string longest = "/" + std::string(room - 1, 'd');
  EXPECT_EQ(layout_of(longest).server_socket, longest + "/server.sock");
  const StateLayout too_long = layout_of(longest + "d");
  EXPECT_EQ(too_long.server_socket.find(fmt::format("/tmp/sennit-{}/", ::geteuid())), 0U);
  EXPECT_EQ(too_long.agent_socket.find(too_long.socket_dir), 0U);
  EXPECT_EQ(too_long.store, longest + "d/store.db");
}

TEST(StateLayout, ShortSocketsDependOnTheDirectoryOnly) {
  const std::string deep = "/" + std::string(200, 'd');
  EXPECT_EQ(layout_of(deep).server_socket, layout_of(deep + "//x/..").server_socket);
  EXPECT_NE(layout_of(deep).server_socket, layout_of(deep + "e").server_socket);
}

TEST(StateDir, IsMadePrivateWithParents) {
  const TemporaryDir dir;
  const std::string root = dir.path("a/b/state");
  const auto state = StateDir::open(root);
  ASSERT_TRUE(state.ok()) << state.error().message();
  for (const char* name : {"", "/runs", "/spool"}) EXPECT_EQ(mode_of(root + name), 0700U) << name;
  EXPECT_EQ(mode_of(root + "/instance"), 0600U);
  EXPECT_NE(state->instance().value(), 0U);
}

TEST(StateDir, InstanceStaysAndDiffersFromOthers) {
  const TemporaryDir dir;
  const InstanceId first = StateDir::open(dir.path("one"))->instance();
  EXPECT_EQ(StateDir::open(dir.path("one"))->instance(), first);
  EXPECT_NE(StateDir::open(dir.path("two"))->instance(), first);
}

TEST(StateDir, DamagedInstanceIsNamed) {
  const TemporaryDir dir;
  ASSERT_TRUE(StateDir::open(dir.path("s")).ok());
  write_bytes(dir.path("s/instance"), "zzz\n");
  const auto state = StateDir::open(dir.path("s"));
  EXPECT_EQ(state.error().code(), ErrorCode::kCorrupt);
  EXPECT_NE(state.error().message().find(dir.path("s/instance")), std::string::npos);
}

TEST(StateDir, WritableByOthersIsRefusedAndUntouched) {
  const TemporaryDir dir;
  const std::string root = dir.path("s");
  ::mkdir(root.c_str(), 0700);
  ::chmod(root.c_str(), 0770);
  const auto state = StateDir::open(root);
  EXPECT_EQ(state.error().code(), ErrorCode::kInvalid);
  EXPECT_TRUE(std::filesystem::is_empty(root));
}

TEST(StateDir, FileInItsPlaceIsRefused) {
  const TemporaryDir dir;
  write_bytes(dir.path("s"), "text");
  EXPECT_EQ(StateDir::open(dir.path("s")).error().message(), dir.path("s") + " is not a directory");
}

TEST(StateDir, LongPathGetsAShortSocketDirectory) {
  const TemporaryDir dir;
  const auto state = StateDir::open(dir.path(std::string(120, 'd')));
  ASSERT_TRUE(state.ok()) << state.error().message();
  EXPECT_EQ(mode_of(state->layout().socket_dir), 0700U);
  std::filesystem::remove(state->layout().socket_dir);
}

TEST(StateLock, SecondHolderIsToldTheFirstOnesPid) {
  const TemporaryDir dir;
  const StateDir state = StateDir::open(dir.path("s")).value();
  {
    const auto lock = state.lock_server();
    ASSERT_TRUE(lock.ok());
    const auto second = state.lock_server();
    EXPECT_EQ(second.error().code(), ErrorCode::kConflict);
    EXPECT_EQ(second.error().message(),
              fmt::format("another server (pid {}) uses the state directory {}", ::getpid(), dir.path("s")));
  }
  EXPECT_TRUE(state.lock_server().ok());
}

}  // namespace
}  // namespace sennit::store

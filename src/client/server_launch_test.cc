#include "client/server_launch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/unique_fd.h"

namespace sennit::client {
namespace {

// A state directory of its own, and shell scripts in the place of the server.
class ServerLaunch : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sn-launch-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    base_ = name;
    place_.state_dir = base_ + "/home/state";
    place_.socket = place_.state_dir + "/server.sock";
    place_.lock = place_.state_dir + "/server.lock";
    place_.log = place_.state_dir + "/server.log";
    place_.executable = base_ + "/server";
  }
  void TearDown() override { std::filesystem::remove_all(base_); }

  // `script` is run as `server serve --ready-fd N`: N is $3.
  void server_is(const std::string& script) {
    std::ofstream(place_.executable) << "#!/bin/sh\n" << script << "\n";
    ASSERT_EQ(::chmod(place_.executable.c_str(), 0755), 0);
  }

  UniqueFd listen_there() {
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    place_.socket.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(fd.get(), 8), 0);
    return fd;
  }

  std::string base_;
  ServerPlace place_;
};

TEST_F(ServerLaunch, NobodyThereAndNotToBeStartedIsUnavailable) {
  const auto client = connect(place_, IfAbsent::kFail);
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code(), ErrorCode::kUnavailable);
  EXPECT_FALSE(std::filesystem::exists(place_.state_dir));
}

TEST_F(ServerLaunch, RunningServerIsFoundAndNoneStarted) {
  std::filesystem::create_directories(place_.state_dir);
  const UniqueFd listener = listen_there();
  EXPECT_TRUE(connect(place_, IfAbsent::kStart).ok());
  EXPECT_FALSE(std::filesystem::exists(place_.log));
}

TEST_F(ServerLaunch, ErrorOfTheServerIsToldInItsWords) {
  server_is("echo \"error store.db: not a database\" >&$3");
  const auto client = connect(place_, IfAbsent::kStart);
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(client.error().message(), "the server could not start: store.db: not a database");
}

TEST_F(ServerLaunch, ServerThatDiesSilentlyNamesItsLog) {
  server_is("echo gone >&2; exit 1");
  const auto client = connect(place_, IfAbsent::kStart);
  ASSERT_FALSE(client.ok());
  EXPECT_NE(client.error().message().find(place_.log), std::string::npos) << client.error().message();
  std::string logged;
  std::getline(std::ifstream(place_.log), logged);
  EXPECT_EQ(logged, "gone");
}

TEST_F(ServerLaunch, ProgramThatCannotBeExecutedIsSaid) {
  const auto client = connect(place_, IfAbsent::kStart);
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().message(),
            "the server could not start: start " + place_.executable + ": No such file or directory");
}

TEST_F(ServerLaunch, StateDirectoryBelongsToTheUserAlone) {
  server_is("exit 1");
  ASSERT_FALSE(connect(place_, IfAbsent::kStart).ok());
  struct stat facts {};
  ASSERT_EQ(::stat(place_.state_dir.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0700U);
}

TEST_F(ServerLaunch, ServerThatSomebodyElseStartedIsUsed) {
  std::filesystem::create_directories(place_.state_dir);
  // "taken": another server holds the directory; this one starts to listen only after the first attempt has failed.
  server_is("mv \"$(dirname \"$0\")/hidden.sock\" \"$(dirname \"$0\")/home/state/server.sock\"; echo taken >&$3");
  const std::string socket = place_.socket;
  place_.socket = base_ + "/hidden.sock";
  const UniqueFd listener = listen_there();
  place_.socket = socket;
  EXPECT_TRUE(connect(place_, IfAbsent::kStart).ok());
}

TEST_F(ServerLaunch, ServerThatIsOnItsWayDownIsReplaced) {
  std::filesystem::create_directories(place_.state_dir);
  // The first one finds the state still held; nobody listens until the second one does.
  server_is(
      "cd $(dirname \"$0\"); if mkdir first; then echo taken >&$3; else mv hidden.sock home/state/server.sock; "
      "echo ready >&$3; fi");
  const std::string socket = place_.socket;
  place_.socket = base_ + "/hidden.sock";
  const UniqueFd listener = listen_there();
  place_.socket = socket;
  EXPECT_TRUE(connect(place_, IfAbsent::kStart).ok());
}

TEST_F(ServerLaunch, WaitingEndsWhenItIsInterrupted) {
  server_is("exec sleep 20");
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const UniqueFd reader(ends[0]);
  const UniqueFd writer(ends[1]);
  ASSERT_EQ(::write(writer.get(), "x", 1), 1);
  http::ClientOptions options;
  options.wake_fd = reader.get();
  const auto client = connect(place_, IfAbsent::kStart, options);
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code(), ErrorCode::kCancelled);
}

}  // namespace
}  // namespace sennit::client

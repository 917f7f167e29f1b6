#include "loop/unix_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

namespace sennit::loop {
namespace {

class UnixSockets : public testing::Test {
 protected:
  UnixSockets() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sennit-socket-XXXXXX").string();
    dir = ::mkdtemp(pattern.data());
    path = dir / "s";
  }
  ~UnixSockets() override { std::filesystem::remove_all(dir); }

  UnixListener listen(UnixListener::OnAccept on_accept) {
    auto opened = UnixListener::open(loop, path, std::move(on_accept));
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }
  // A bound socket that nobody listens on any more.
  void leave_stale_socket() const {
    const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }

  Loop loop;
  std::filesystem::path dir;
  std::filesystem::path path;
};

TEST_F(UnixSockets, AcceptsWithTheKernelsWordForThePeer) {
  std::optional<Peer> seen;
  const UnixListener listener = listen([&](UniqueFd, Peer peer) { seen = peer; });
  ASSERT_TRUE(connect_unix(path).ok());
  loop.run_once();
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->is_us());
  EXPECT_EQ(seen->pid, ::getpid());
}

TEST_F(UnixSockets, TheFileIsForItsOwnerOnlyAndGoesWithTheListener) {
  {
    const UnixListener listener = listen([](UniqueFd, Peer) {});
    struct stat file {};
    ASSERT_EQ(::stat(path.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600U);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(UnixSockets, NobodyThereIsUnavailable) {
  EXPECT_EQ(connect_unix(path).error().code(), ErrorCode::kUnavailable);
  leave_stale_socket();
  EXPECT_EQ(connect_unix(path).error().code(), ErrorCode::kUnavailable);
}

TEST_F(UnixSockets, AStaleSocketIsReplaced) {
  leave_stale_socket();
  const UnixListener listener = listen([](UniqueFd, Peer) {});
  EXPECT_TRUE(connect_unix(path).ok());
}

TEST_F(UnixSockets, ALiveListenerIsNotReplaced) {
  const UnixListener listener = listen([](UniqueFd, Peer) {});
  const auto second = UnixListener::open(loop, path, [](UniqueFd, Peer) {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kConflict);
  EXPECT_TRUE(connect_unix(path).ok());
}

TEST_F(UnixSockets, AFileThatIsNoSocketStays) {
  std::ofstream(path) << "precious";
  const auto opened = UnixListener::open(loop, path, [](UniqueFd, Peer) {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(std::filesystem::file_size(path), 8U);
}

TEST_F(UnixSockets, ALongPathIsNamedInTheError) {
  path = dir / std::string(200, 'x');
  const auto opened = UnixListener::open(loop, path, [](UniqueFd, Peer) {});
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kInvalid);
  EXPECT_NE(opened.error().message().find("longer than 107 bytes"), std::string::npos);
}

TEST_F(UnixSockets, AnotherListenersFileIsNotRemoved) {
  {
    const UnixListener first = listen([](UniqueFd, Peer) {});
    std::filesystem::remove(path);
    leave_stale_socket();
  }
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(UnixSockets, TheListenerMayBeDestroyedByWhatItCalls) {
  std::optional<UnixListener> listener;
  int accepted = 0;
  listener.emplace(listen([&](UniqueFd, Peer) {
    ++accepted;
    listener.reset();
  }));
  ASSERT_TRUE(connect_unix(path).ok());
  const auto second = connect_unix(path);
  loop.run_once();
  EXPECT_EQ(accepted, 1);
}

}  // namespace
}  // namespace sennit::loop

#include "wire/listener.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "wire/connection.h"

namespace sennit::wire {
namespace {

struct Echo : Connection::Handler {
  void on_frame(FrameType type, std::string_view payload) override {
    last = payload;
    if (echo) connection->send(type, payload);
  }
  void on_closed(Error) override { closed = true; }
  std::unique_ptr<Connection> connection;
  std::string last;
  bool echo = false;
  bool closed = false;
};

TEST(Listener, PeersMeetAtAPath) {
  std::string pattern = (std::filesystem::temp_directory_path() / "sennit-wire-XXXXXX").string();
  const std::filesystem::path dir = ::mkdtemp(pattern.data());
  const std::string path = dir / "agent.sock";
  loop::Loop loop;
  Echo server;
  server.echo = true;
  Echo client;
  {
    auto listener = Listener::open(loop, path, [&](UniqueFd socket) {
      server.connection = std::make_unique<Connection>(loop, std::move(socket), server);
    });
    ASSERT_TRUE(listener.ok());
    auto socket = connect(path);
    ASSERT_TRUE(socket.ok());
    client.connection = std::make_unique<Connection>(loop, std::move(socket).value(), client);
    client.connection->send(9, "hello there");
    while (client.last.empty()) loop.run_once();
  }
  // The listener is gone, its connections are not.
  client.last.clear();
  client.connection->send(9, "again");
  while (client.last.empty()) loop.run_once();
  EXPECT_EQ(client.last, "again");
  EXPECT_EQ(connect(path).error().code(), ErrorCode::kUnavailable);
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace sennit::wire

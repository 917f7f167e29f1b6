#include "wire/channel_relay.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loop/timer.h"

namespace sennit::wire {
namespace {

// One end of the channel.
struct End : Connection::Handler {
  void on_open(std::uint32_t /*protocol*/) override { open = true; }
  void on_frame(FrameType type, std::string_view payload) override {
    types.push_back(type);
    const Result<ChannelMessage> message = decode_channel_message(type, payload);
    ASSERT_TRUE(message.ok());
    if (const auto* piece = std::get_if<ChannelBytes>(&*message)) bytes += piece->bytes.size();
    if (const auto* last = std::get_if<ChannelEnded>(&*message)) ended = *last;
  }
  void on_closed(Error error) override { closed = std::move(error); }

  std::unique_ptr<Connection> connection;
  bool open = false;
  std::vector<FrameType> types;
  std::size_t bytes = 0;
  std::optional<ChannelEnded> ended;
  std::optional<Error> closed;
};

struct Nobody : Connection::Handler {
  void on_frame(FrameType /*type*/, std::string_view /*payload*/) override { FAIL() << "not handed over"; }
  void on_closed(Error /*error*/) override { FAIL() << "not handed over"; }
};

class Relays : public testing::Test {
 protected:
  Relays() {
    auto inner_client = connect(client);
    auto inner_task = connect(task);
    relay = std::make_unique<ChannelRelay>(std::move(inner_client), std::move(inner_task), "it was lost",
                                           [this] { relay.reset(); });
    run_until([&] { return client.open && task.open; });
  }
  std::unique_ptr<Connection> connect(End& end) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    end.connection = std::make_unique<Connection>(loop, UniqueFd(ends[0]), end);
    return std::make_unique<Connection>(loop, UniqueFd(ends[1]), nobody);
  }
  void run_until(const std::function<bool()>& done) {
    while (!done()) loop.run_once();
  }
  void run_for(Micros time) {
    bool over = false;
    loop::Timer timer(loop);
    timer.arm_after(time, [&] { over = true; });
    run_until([&] { return over; });
  }
  // As much as goes in until nothing more is taken.
  std::size_t fill(Connection& from) {
    const std::string chunk(kChannelBytes, 'x');
    std::size_t sent = 0;
    for (; from.buffered() <= Connection::kHighWater; sent += chunk.size()) {
      send(from, ChannelBytes{ChannelStream::kStdin, chunk});
      run_for(Micros(100));
    }
    return sent;
  }

  loop::Loop loop;
  Nobody nobody;
  End client, task;
  std::unique_ptr<ChannelRelay> relay;
};

TEST_F(Relays, FramesGoBothWaysAndNothingElseDoes) {
  send(*client.connection, ChannelRequest{.argv = {"true"}});
  client.connection->send(7, "not of a channel");
  send(*client.connection, ChannelStreamEnded());
  client.connection->send(kLastChannelFrame, "");
  send(*task.connection, ChannelOpened{1});
  run_until([&] { return task.types.size() == 3 && client.types.size() == 1; });
  EXPECT_EQ(task.types, (std::vector<FrameType>{kChannelRequestFrame, kChannelStreamEndedFrame, kLastChannelFrame}));
}

TEST_F(Relays, WhatOneEndDoesNotTakeIsNotReadFromTheOther) {
  for (End* reader : {&task, &client}) {
    End& writer = reader == &task ? client : task;
    reader->connection->pause_reading();
    const std::size_t sent = fill(*writer.connection);
    EXPECT_LT(sent, 8 * Connection::kHighWater);
    EXPECT_EQ(reader->bytes, 0U);
    reader->connection->resume_reading();
    run_until([&] { return reader->bytes == sent; });
  }
}

TEST_F(Relays, AnOrderlyEndIsHandedOn) {
  send(*task.connection, ChannelEnded{.how = ChannelEnded::How::kExited, .code = 3});
  task.connection->finish();
  run_until([&] { return client.closed.has_value(); });
  ASSERT_TRUE(client.ended);
  EXPECT_EQ(client.ended->code, 3U);
  EXPECT_EQ(client.types.size(), 1U);
  run_until([&] { return relay == nullptr; });
}

TEST_F(Relays, ATaskThatGoesWithoutAWordIsSpokenFor) {
  task.connection.reset();
  run_until([&] { return client.closed.has_value(); });
  ASSERT_TRUE(client.ended);
  EXPECT_EQ(client.ended->how, ChannelEnded::How::kBroken);
  EXPECT_EQ(client.ended->message, "it was lost");
  run_until([&] { return relay == nullptr; });
}

TEST_F(Relays, WhatTheTaskSaidLastReachesASlowClient) {
  client.connection->pause_reading();
  const std::string chunk(kChannelBytes, 'x');
  for (int i = 0; i < 10; ++i) send(*task.connection, ChannelBytes{ChannelStream::kStdout, chunk});
  send(*task.connection, ChannelEnded());
  task.connection->finish();
  run_for(Micros(20'000));
  EXPECT_TRUE(relay);
  client.connection->resume_reading();
  run_until([&] { return client.closed.has_value(); });
  EXPECT_EQ(client.bytes, 10 * kChannelBytes);
  EXPECT_TRUE(client.ended);
}

TEST_F(Relays, AClientThatGoesClosesTheTasksSide) {
  client.connection.reset();
  run_until([&] { return task.closed.has_value() && relay == nullptr; });
  EXPECT_TRUE(task.types.empty());
}

// It was not read from, and so not heard of; and what waited for the task was to be taken first.
TEST_F(Relays, AClientThatGoesWhileTheTaskTakesNothing) {
  task.connection->pause_reading();
  fill(*client.connection);
  client.connection.reset();
  run_until([&] { return relay == nullptr; });
  task.connection->resume_reading();
  run_until([&] { return task.closed.has_value(); });
}

}  // namespace
}  // namespace sennit::wire

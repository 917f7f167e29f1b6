#include "wire/connection.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sennit::wire {
namespace {

constexpr FrameType kText = 7;

struct Recorder : Connection::Handler {
  void on_open(std::uint32_t version) override {
    protocol = version;
    if (opened) opened();
  }
  void on_frame(FrameType type, std::string_view payload) override {
    EXPECT_EQ(type, kText);
    frames.emplace_back(payload);
    if (framed) framed();
  }
  void on_drained() override { ++drained; }
  void on_closed(Error error) override {
    EXPECT_FALSE(end) << "closed twice";
    end = std::move(error);
    if (closed) closed();
  }

  std::uint32_t protocol = 0;
  std::vector<std::string> frames;
  int drained = 0;
  std::optional<Error> end;
  std::function<void()> opened, framed, closed;
};

class Connections : public testing::Test {
 protected:
  Connections() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    left_end.reset(ends[0]);
    right_end.reset(ends[1]);
  }
  void connect_left(ProtocolRange range = {}) {
    left = std::make_unique<Connection>(loop, std::move(left_end), at_left, range);
  }
  void connect_both() {
    connect_left();
    right = std::make_unique<Connection>(loop, std::move(right_end), at_right);
    run_until([&] { return at_left.protocol != 0 && at_right.protocol != 0; });
  }
  void run_until(const std::function<bool()>& done) {
    while (!done()) loop.run_once();
  }
  void put_raw(std::string_view bytes) const {
    ASSERT_EQ(::send(right_end.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  static std::string hello_frame() {
    std::string bytes;
    append_frame(bytes, kHelloFrame, format_hello({}));
    return bytes;
  }

  loop::Loop loop;
  UniqueFd left_end, right_end;
  Recorder at_left, at_right;
  std::unique_ptr<Connection> left, right;
};

TEST_F(Connections, FramesGoBothWaysInOrder) {
  connect_both();
  for (int i = 0; i < 100; ++i) left->send(kText, std::to_string(i));
  right->send(kText, "back");
  run_until([&] { return at_right.frames.size() == 100 && at_left.frames.size() == 1; });
  for (std::size_t i = 0; i < 100; ++i) EXPECT_EQ(at_right.frames[i], std::to_string(i));
}

TEST_F(Connections, WhatIsSentDuringATurnLeavesAtItsEnd) {
  connect_both();
  int waiting = -1;
  loop.post([&] {
    left->send(kText, "one");
    left->send(kText, "two");
    // What has reached the peer's socket by now: nothing.
    EXPECT_EQ(left->buffered(), 2 * (kFrameHeaderBytes + 3));
    waiting = 0;
  });
  loop.run_once();
  EXPECT_EQ(waiting, 0);
  EXPECT_EQ(left->buffered(), 0U);
}

TEST_F(Connections, WhatMayWaitLeavesWithTheNextThatDoesNot) {
  connect_both();
  const auto sent = std::chrono::steady_clock::now();
  left->send(kText, "one", Connection::Urgency::kMayWait);
  loop.post([] {});  // so that the turn ends without waiting for the timer
  loop.run_once();
  const bool in_time = std::chrono::steady_clock::now() - sent < Connection::kLongestWait;
  EXPECT_TRUE(left->buffered() > 0 || !in_time);
  left->send(kText, "two");
  run_until([&] { return at_right.frames.size() == 2; });
  EXPECT_EQ(at_right.frames, (std::vector<std::string>{"one", "two"}));
}

TEST_F(Connections, WhatMayWaitDoesNotWaitForEver) {
  connect_both();
  left->send(kText, "alone", Connection::Urgency::kMayWait);
  run_until([&] { return at_right.frames.size() == 1; });
  EXPECT_EQ(left->buffered(), 0U);
}

TEST_F(Connections, FlushDoesNotWaitForTheTurn) {
  connect_both();
  left->send(kText, "now");
  left->flush();
  EXPECT_EQ(left->buffered(), 0U);
}

TEST_F(Connections, SentBeforeThePeersHelloItArrives) {
  connect_left();
  left->send(kText, "early");
  right = std::make_unique<Connection>(loop, std::move(right_end), at_right);
  run_until([&] { return !at_right.frames.empty(); });
}

TEST_F(Connections, ALargeFrameArrivesWholeAndItsSenderIsToldOfTheDrain) {
  connect_both();
  const std::string large(20 * 1024 * 1024, 'x');
  left->send(kText, large);
  EXPECT_GT(left->buffered(), Connection::kHighWater);
  run_until([&] { return at_right.frames.size() == 1 && at_left.drained == 1; });
  EXPECT_TRUE(at_right.frames[0] == large);
  EXPECT_EQ(left->buffered(), 0U);
}

TEST_F(Connections, APausedReaderHoldsTheSenderBackAndMissesNothing) {
  connect_both();
  right->pause_reading();
  const std::string chunk(64 * 1024, 'x');
  std::size_t sent = 0;
  while (left->buffered() <= Connection::kHighWater) {
    left->send(kText, chunk);
    ++sent;
    loop.run_once();
  }
  EXPECT_TRUE(at_right.frames.empty());
  right->resume_reading();
  run_until([&] { return at_right.frames.size() == sent; });
  EXPECT_EQ(at_left.drained, 1);
}

TEST_F(Connections, PausedWithinAFrameTheRestComesAfterResuming) {
  connect_both();
  at_right.framed = [&] { right->pause_reading(); };
  for (int i = 0; i < 3; ++i) left->send(kText, std::to_string(i));
  for (std::size_t i = 1; i <= 3; ++i) {
    run_until([&] { return at_right.frames.size() == i; });
    right->resume_reading();
  }
}

// Resumed by a hook, as by a connection that has drained: the next turn begins with what the socket says.
TEST_F(Connections, ResumedAtTheEndOfATurnNothingIsLostToTheEndOfTheStream) {
  connect_both();
  at_right.framed = [&] {
    if (at_right.frames.size() == 1) right->pause_reading();
  };
  for (int i = 0; i < 3; ++i) left->send(kText, std::to_string(i));
  left->flush();
  left.reset();
  run_until([&] { return at_right.frames.size() == 1; });
  loop::TurnEnd hook(loop, [&] { right->resume_reading(); });
  hook.request();
  run_until([&] { return at_right.end.has_value(); });
  EXPECT_EQ(at_right.frames, (std::vector<std::string>{"0", "1", "2"}));
}

TEST_F(Connections, ThePeersLastFramesComeBeforeTheEnd) {
  connect_both();
  left->send(kText, "last");
  left->flush();
  left.reset();
  right->send(kText, "into the void");
  run_until([&] { return at_right.end.has_value(); });
  EXPECT_EQ(at_right.frames, std::vector<std::string>{"last"});
  EXPECT_EQ(at_right.end->code(), ErrorCode::kUnavailable);
  EXPECT_FALSE(right->is_open());
  right->send(kText, "still harmless");
  right->resume_reading();
  right->flush();
}

// A client that was slow to take what a command had printed lost the end of it when it said something itself.
TEST_F(Connections, ThePeersLastFramesComeAlsoToOneThatWritesWhilePaused) {
  connect_both();
  left->send(kText, "last");
  left->flush();
  left.reset();
  right->pause_reading();
  right->send(kText, "into the void");
  right->flush();
  loop.post([] {});
  loop.run_once();
  EXPECT_FALSE(at_right.end);
  right->resume_reading();
  run_until([&] { return at_right.end.has_value(); });
  EXPECT_EQ(at_right.frames, std::vector<std::string>{"last"});
}

TEST_F(Connections, AnEndWithinAFrameSaysSo) {
  connect_left();
  put_raw(hello_frame().substr(0, 5));
  right_end.reset();
  run_until([&] { return at_left.end.has_value(); });
  EXPECT_EQ(at_left.end->message(), "the peer was cut off within a frame");
}

TEST_F(Connections, ARefusedPeer) {
  struct Row {
    std::string bytes;
    ErrorCode want;
  };
  std::string text_first;
  append_frame(text_first, kText, "");
  std::string from_later_release;
  append_frame(from_later_release, kHelloFrame, format_hello({.min = 8, .max = 9}));
  for (const Row& row :
       {Row{text_first, ErrorCode::kCorrupt}, Row{"GET / HTTP/1.1\r\nHost: x\r\n\r\n", ErrorCode::kCorrupt},
        Row{hello_frame() + hello_frame(), ErrorCode::kCorrupt}, Row{from_later_release, ErrorCode::kConflict}}) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    Recorder recorder;
    const Connection connection(loop, UniqueFd(ends[0]), recorder);
    right_end.reset(ends[1]);
    put_raw(row.bytes);
    run_until([&] { return recorder.end.has_value(); });
    EXPECT_EQ(recorder.end->code(), row.want) << recorder.end->message();
  }
}

TEST_F(Connections, TheHighestCommonVersionIsTold) {
  connect_left({.min = 1, .max = 5});
  right = std::make_unique<Connection>(loop, std::move(right_end), at_right, ProtocolRange{.min = 3, .max = 4});
  run_until([&] { return at_left.protocol != 0 && at_right.protocol != 0; });
  EXPECT_EQ(at_left.protocol, 4U);
  EXPECT_EQ(at_right.protocol, 4U);
}

TEST_F(Connections, FinishSendsWhatIsQueuedAndTakesNoMore) {
  connect_both();
  const std::string large(4 * 1024 * 1024, 'x');
  left->send(kText, large);
  left->finish();
  left->send(kText, "too late");
  right->send(kText, "unheard");
  run_until([&] { return at_left.end && at_right.end; });
  EXPECT_EQ(at_left.end->code(), ErrorCode::kCancelled);
  EXPECT_TRUE(at_left.frames.empty());
  ASSERT_EQ(at_right.frames.size(), 1U);
  EXPECT_TRUE(at_right.frames[0] == large);
}

TEST_F(Connections, FinishEndsAlsoWhenThePeerGoesInsteadOfReading) {
  connect_both();
  right->pause_reading();
  left->send(kText, std::string(4 * 1024 * 1024, 'x'));
  left->finish();
  loop.post([&] { right.reset(); });
  run_until([&] { return at_left.end.has_value(); });
  EXPECT_FALSE(left->is_open());
}

TEST_F(Connections, HandedOverTheOtherHandlerIsToldTheRest) {
  connect_both();
  Recorder heir;
  at_right.framed = [&] { right->hand_over(heir); };
  left->send(kText, "first");
  left->send(kText, "second");
  left->finish();
  run_until([&] { return heir.end.has_value(); });
  EXPECT_EQ(at_right.frames, std::vector<std::string>{"first"});
  EXPECT_EQ(heir.frames, std::vector<std::string>{"second"});
  EXPECT_FALSE(at_right.end);
}

TEST_F(Connections, ReleasedItsSocketGoesOnWithWhatWasQueuedSent) {
  connect_both();
  left->send(kText, "last of ours");
  Result<UniqueFd> socket = left->release();
  ASSERT_TRUE(socket.ok());
  EXPECT_FALSE(left->is_open());
  left->send(kText, "unsent");
  left->pause_reading();
  left->finish();
  std::string frame;
  append_frame(frame, kText, "of the heir");
  ASSERT_EQ(::send(socket->get(), frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
  run_until([&] { return at_right.frames.size() == 2; });
  EXPECT_EQ(at_right.frames, (std::vector<std::string>{"last of ours", "of the heir"}));
  EXPECT_FALSE(at_left.end);
}

TEST_F(Connections, ReleasedWithinAFrameOfItsOwn) {
  connect_both();
  UniqueFd socket;
  at_left.framed = [&] { socket = std::move(left->release()).value(); };
  right->send(kText, "go");
  run_until([&] { return static_cast<bool>(socket); });
  EXPECT_EQ(at_left.frames.size(), 1U);
}

TEST_F(Connections, NotReleasedWhenThePeerHasSaidMore) {
  connect_both();
  std::optional<Error> refused;
  at_left.framed = [&] {
    if (!refused) refused = left->release().error();
  };
  right->send(kText, "go");
  right->send(kText, "and more");
  run_until([&] { return at_left.frames.size() == 2; });
  EXPECT_EQ(refused->code(), ErrorCode::kConflict);
}

TEST_F(Connections, NotReleasedWhenItIsFullOrClosed) {
  connect_both();
  right->pause_reading();
  left->send(kText, std::string(4 * 1024 * 1024, 'x'));
  EXPECT_EQ(left->release().error().code(), ErrorCode::kExhausted);
  right.reset();
  run_until([&] { return at_left.end.has_value(); });
  EXPECT_EQ(left->release().error().code(), ErrorCode::kUnavailable);
}

TEST_F(Connections, PausedItMayBeToldThatThePeerHasGone) {
  connect_both();
  left->pause_reading(Connection::WhilePaused::kHangUp);
  right->send(kText, "unread");
  right->flush();
  right.reset();
  run_until([&] { return at_left.end.has_value(); });
  EXPECT_EQ(at_left.end->code(), ErrorCode::kUnavailable);
  EXPECT_TRUE(at_left.frames.empty());
}

TEST_F(Connections, MayBeDestroyedByItsHandler) {
  connect_both();
  at_right.framed = [&] { right.reset(); };
  left->send(kText, "1");
  left->send(kText, "2");
  at_left.closed = [&] { left.reset(); };
  run_until([&] { return at_left.end.has_value(); });
  EXPECT_EQ(at_right.frames.size(), 1U);
  EXPECT_FALSE(at_right.end);
}

TEST_F(Connections, MayBeDestroyedWhenOpened) {
  connect_left();
  at_left.opened = [&] { left.reset(); };
  put_raw(hello_frame() + hello_frame());
  run_until([&] { return left == nullptr; });
  EXPECT_FALSE(at_left.end);
}

TEST_F(Connections, ASocketThatCannotBeWatchedIsToldAtTheEndOfTheTurn) {
  left_end.reset();
  connect_left();
  EXPECT_FALSE(at_left.end);
  loop.run_once();
  ASSERT_TRUE(at_left.end);
}

}  // namespace
}  // namespace sennit::wire

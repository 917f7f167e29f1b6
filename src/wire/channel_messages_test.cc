#include "wire/channel_messages.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace sennit::wire {
namespace {

template <class T>
void expect_survives(const T& message, FrameType type) {
  std::string payload;
  EXPECT_EQ(encode(ChannelMessage(message), payload), type);
  const Result<ChannelMessage> decoded = decode_channel_message(type, payload);
  ASSERT_TRUE(decoded.ok()) << type;
  ASSERT_TRUE(std::holds_alternative<T>(*decoded)) << type;
  EXPECT_EQ(std::get<T>(*decoded), message) << type;
}

TEST(ChannelMessages, EachSurvivesUnderItsNumber) {
  expect_survives(ChannelReady(), 256);
  expect_survives(ChannelRequest{.kind = ChannelRequest::Kind::kUdp,
                                 .argv = {"sh", "", "\xff\n", "a b"},
                                 .terminal = true,
                                 .size = {.rows = 65535, .columns = 1},
                                 .environment = {{"A", ""}, {"B", "x=y"}, {"A", "again"}},
                                 .directory = "/tmp",
                                 .host = "::1",
                                 .port = 65535},
                  257);
  expect_survives(ChannelRequest(), 257);
  expect_survives(ChannelOpened{4'000'000}, 258);
  for (const ChannelStream stream : {ChannelStream::kStdin, ChannelStream::kStdout, ChannelStream::kStderr}) {
    expect_survives(ChannelBytes{stream, std::string_view("\0a\xff\n", 4)}, 259);
    expect_survives(ChannelBytes{stream, ""}, 259);
    expect_survives(ChannelStreamEnded{stream}, 260);
  }
  expect_survives(ChannelResize{{.rows = 24, .columns = 80}}, 261);
  expect_survives(ChannelSignal{15}, 262);
  for (const auto how : {ChannelEnded::How::kExited, ChannelEnded::How::kSignaled, ChannelEnded::How::kRefused,
                         ChannelEnded::How::kBroken}) {
    expect_survives(ChannelEnded{.how = how, .code = 137, .message = "why\n\xc3\xa4"}, 263);
  }
  expect_survives(JoinChannel{~std::uint64_t{0}}, 264);
}

TEST(ChannelMessages, BytesAreThoseOfTheDocument) {
  std::string payload;
  encode(ChannelBytes{ChannelStream::kStderr, "hi"}, payload);
  EXPECT_EQ(payload, "\x02hi");
  payload.clear();
  encode(ChannelEnded{.how = ChannelEnded::How::kRefused, .code = 127, .message = "x"}, payload);
  EXPECT_EQ(payload, "\x08\x02\x10\x7f\x1a\x01x");
}

TEST(ChannelMessages, BytesWithoutAStreamAreCorrupt) {
  for (const char* payload : {"", "\x03x", "\xffx", "\x80"}) {
    const auto decoded = decode_channel_message(kChannelBytesFrame, payload);
    ASSERT_FALSE(decoded.ok());
    EXPECT_EQ(decoded.error().code(), ErrorCode::kCorrupt);
    EXPECT_NE(decoded.error().message().find("259"), std::string::npos) << decoded.error().message();
  }
}

TEST(ChannelMessages, CutAnywhereNoneIsTakenForMoreThanItSays) {
  const std::vector<ChannelMessage> messages = {
      ChannelRequest{.argv = {"word"}, .size = {.rows = 300, .columns = 300}, .environment = {{"A", "b"}}, .host = "h"},
      ChannelOpened{1000},
      ChannelSignal{200},
      ChannelResize{{.rows = 200, .columns = 300}},
      ChannelEnded{.how = ChannelEnded::How::kBroken, .code = 300, .message = "why"},
      JoinChannel{1ULL << 40}};
  for (const ChannelMessage& message : messages) {
    std::string payload;
    const FrameType type = encode(message, payload);
    int refused = 0;
    for (std::size_t size = 0; size < payload.size(); ++size) {
      const auto decoded = decode_channel_message(type, std::string_view(payload).substr(0, size));
      const bool corrupt = !decoded && decoded.error().code() == ErrorCode::kCorrupt;
      EXPECT_TRUE(corrupt || !(*decoded == message)) << type << " cut to " << size;
      refused += decoded ? 0 : 1;
    }
    EXPECT_GT(refused, 0) << type;
  }
}

TEST(ChannelMessages, WhatALaterReleaseSaysIsUnknownOrTheLastThatIsKnown) {
  const auto unknown = decode_channel_message(300, "\xff\xff");
  ASSERT_TRUE(unknown.ok());
  EXPECT_TRUE(std::holds_alternative<UnknownChannelFrame>(*unknown));
  std::string payload;
  EXPECT_EQ(encode(UnknownChannelFrame(), payload), 0);
  EXPECT_EQ(payload, "");
  // An enumerator of tomorrow, and a field 15.
  const auto ended = decode_channel_message(kChannelEndedFrame, "\x08\x63\x7a\x01x");
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(std::get<ChannelEnded>(*ended).how, ChannelEnded::How::kBroken);
}

TEST(ChannelMessages, TheirNumbers) {
  EXPECT_TRUE(is_channel_frame(256) && is_channel_frame(319));
  EXPECT_FALSE(is_channel_frame(255) || is_channel_frame(320) || is_channel_frame(kHelloFrame));
}

}  // namespace
}  // namespace sennit::wire

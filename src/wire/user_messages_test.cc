#include "wire/user_messages.h"

#include <gtest/gtest.h>

namespace sennit::wire {
namespace {

// Sends a message through the codec, within a frame's payload that stays alive.
template <class T>
T round_trip(const T& message) {
  static std::string payload;
  payload.clear();
  const FrameType type = encode(UserMessage(message), payload);
  Result<UserMessage> decoded = decode_user_message(type, payload);
  EXPECT_TRUE(decoded.ok());
  return std::get<T>(*decoded);
}

template <class T>
void expect_survives(const T& message) {
  EXPECT_EQ(round_trip(message), message);
}

const Instant kSomeTime = Instant::from_unix_us(1'700'000'000'123'456);

TEST(UserMessages, WhatCtrlSaysSurvives) {
  expect_survives(Resume{"0.1.0", 1ULL << 40});
  expect_survives(SignalCommand{15});
  expect_survives(OutputStored{77});
  expect_survives(ExitStored{});
  expect_survives(Dismiss{10, "the inputs could not be fetched"});
  expect_survives(Answer{Answer::Part::kEnd, "", 3});
  expect_survives(Answer{Answer::Part::kStderr, std::string("\0\xff", 2), 0});
}

TEST(UserMessages, WhatUserSaysSurvives) {
  expect_survives(UserInfo{"0.1.0", ~std::uint64_t{0}, 1, UserInfo::State::kEnded, 12});
  expect_survives(CommandStarted{7, kSomeTime});
  expect_survives(Output{1ULL << 33, Output::Stream::kStderr, kSomeTime, std::string_view("a\0b\xff", 4)});
  expect_survives(Request{{"data", "list", ""}, "/work"});
  expect_survives(CommandEnded{.how = CommandEnded::How::kNotStarted,
                               .code = 127,
                               .message = "no such program",
                               .shortage = true,
                               .at = kSomeTime,
                               .ran = Micros(5),
                               .max_memory = gibibytes(5),
                               .cpu = Micros(1),
                               .produced = 9});
}

TEST(UserMessages, StartKeepsEmptyWordsAndOddBytes) {
  StartCommand start;
  start.argv = {"sh", "", "\xff\n"};
  start.environment = {{"A", ""}, {"B", "x=y"}, {"A", "again"}};
  start.directory = "/tmp";
  start.echo = true;
  expect_survives(start);
}

TEST(UserMessages, FrameOfALaterReleaseIsUnknown) {
  const Result<UserMessage> decoded = decode_user_message(190, "anything");
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(std::get<UnknownFrame>(*decoded).type, 190);
}

TEST(UserMessages, CutPayloadIsCorrupt) {
  std::string payload;
  const FrameType type = encode(UserMessage(Output{1, Output::Stream::kStdout, kSomeTime, "text"}), payload);
  payload.resize(payload.size() - 1);
  const Result<UserMessage> decoded = decode_user_message(type, payload);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code(), ErrorCode::kCorrupt);
}

TEST(UserMessages, UserWithoutSessionIsCorrupt) { EXPECT_FALSE(decode_user_message(kUserInfoFrame, "").ok()); }

TEST(UserMessages, FirstReleasesBytesAreRead) {
  // The example of docs/formats/user.md: 2 bytes of standard error at position 3.
  const std::string bytes = "\x08\x03\x10\x01\x18\x80\x80\x80\x80\x10\x22\x02hi";
  const Result<UserMessage> decoded = decode_user_message(kOutputFrame, bytes);
  ASSERT_TRUE(decoded.ok());
  const Output& output = std::get<Output>(*decoded);
  EXPECT_EQ(output.position, 3U);
  EXPECT_EQ(output.stream, Output::Stream::kStderr);
  EXPECT_EQ(output.at.unix_us(), 2147483648);
  EXPECT_EQ(output.bytes, "hi");
}

}  // namespace
}  // namespace sennit::wire

#include "http/websocket_frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sennit::http {
namespace {

using namespace std::string_literals;
using Masking = WebSocketReader::Masking;
using Opcode = WebSocketOpcode;
using Messages = std::vector<std::pair<Opcode, std::string>>;

constexpr std::uint32_t kMask = 0x37fa213d;  // of the RFC's examples

// What a reader makes of the bytes, in pieces of a size; how it ended.
struct Read {
  Messages messages;
  ErrorCode code = ErrorCode::kInternal;
  bool failed = false;
};
Read read(std::string_view bytes, Masking masking, Bytes limit = kibibytes(1), std::size_t piece = SIZE_MAX) {
  WebSocketReader reader(masking, limit);
  Read read;
  for (std::size_t at = 0; at <= bytes.size(); at += std::min(piece, bytes.size() - at + 1)) {
    reader.feed(bytes.substr(at, piece));
    WebSocketMessage message;
    Result<bool> found = reader.next(message);
    for (; found && *found; found = reader.next(message)) {
      read.messages.emplace_back(message.opcode, std::string(message.payload));
    }
    if (found) continue;
    read.failed = true;
    read.code = found.error().code();
    return read;
  }
  return read;
}

std::string frame(Opcode opcode, std::string_view payload, std::optional<std::uint32_t> mask = std::nullopt) {
  std::string out;
  append_websocket_frame(out, opcode, payload, mask);
  return out;
}

// RFC 6455, 5.7.
TEST(WebSocketFrame, ExamplesOfTheRfcAreRead) {
  EXPECT_EQ(read("\x81\x05Hello", Masking::kForbidden).messages, (Messages{{Opcode::kText, "Hello"}}));
  EXPECT_EQ(read("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", Masking::kExpected).messages,
            (Messages{{Opcode::kText, "Hello"}}));
  EXPECT_EQ(read("\x01\x03Hel\x80\x02lo", Masking::kForbidden).messages, (Messages{{Opcode::kText, "Hello"}}));
  EXPECT_EQ(read("\x89\x05Hello", Masking::kForbidden).messages, (Messages{{Opcode::kPing, "Hello"}}));
  EXPECT_EQ(read("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", Masking::kExpected).messages,
            (Messages{{Opcode::kPong, "Hello"}}));
  const std::string medium(256, 'm');
  EXPECT_EQ(read("\x82\x7e\x01\x00"s + medium, Masking::kForbidden).messages, (Messages{{Opcode::kBinary, medium}}));
  const std::string large(65536, 'l');
  EXPECT_EQ(read("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s + large, Masking::kForbidden, mebibytes(1)).messages,
            (Messages{{Opcode::kBinary, large}}));
}

TEST(WebSocketFrame, ExamplesOfTheRfcAreWritten) {
  EXPECT_EQ(frame(Opcode::kText, "Hello"), "\x81\x05Hello");
  EXPECT_EQ(frame(Opcode::kText, "Hello", kMask), "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  EXPECT_EQ(frame(Opcode::kBinary, std::string(256, 'm')).substr(0, 4), "\x82\x7e\x01\x00"s);
  EXPECT_EQ(frame(Opcode::kBinary, std::string(65536, 'l')).substr(0, 10), "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
}

TEST(WebSocketFrame, EveryLengthSurvivesMaskedAndNotInPiecesOfAnySize) {
  for (const std::size_t size : {0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536, 100'003}) {
    std::string payload;
    for (std::size_t i = 0; i < size; ++i) payload.push_back(static_cast<char>(i * 31 + i / 251));
    const Messages want{{Opcode::kBinary, payload}, {Opcode::kPing, "p"}};
    const std::string plain = frame(Opcode::kBinary, payload) + frame(Opcode::kPing, "p");
    const std::string masked = frame(Opcode::kBinary, payload, kMask) + frame(Opcode::kPing, "p", 0x01020304);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{4096}, SIZE_MAX}) {
      if (piece < 4 && size > 200) continue;
      EXPECT_EQ(read(plain, Masking::kForbidden, mebibytes(1), piece).messages, want) << size << " by " << piece;
      EXPECT_EQ(read(masked, Masking::kExpected, mebibytes(1), piece).messages, want) << size << " by " << piece;
    }
  }
}

TEST(WebSocketFrame, ControlFramesComeBetweenFragments) {
  const std::string bytes =
      "\x02\x02"
      "ab"
      "\x89\x01p"
      "\x00\x00"
      "\x88\x00"
      "\x80\x01"
      "c"
      "\x82\x01"
      "d"s;
  for (const std::size_t piece : {std::size_t{1}, SIZE_MAX}) {
    EXPECT_EQ(read(bytes, Masking::kForbidden, kibibytes(1), piece).messages,
              (Messages{{Opcode::kPing, "p"}, {Opcode::kClose, ""}, {Opcode::kBinary, "abc"}, {Opcode::kBinary, "d"}}));
  }
}

TEST(WebSocketFrame, WhatIsAgainstTheProtocolIsCorrupt) {
  for (const std::string& bytes : {
           "\xc1\x00"s,          // a reserved bit
           "\xa1\x00"s,          // another
           "\x91\x00"s,          // the third
           "\x83\x00"s,          // an unknown data opcode
           "\x8b\x00"s,          // an unknown control opcode
           "\x8f\x00"s,          //
           "\x09\x00"s,          // a ping in pieces
           "\x89\x7e\x00\x7e"s,  // a ping of 126 bytes
           "\x80\x00"s,          // goes on with nothing
           "\x01\x00\x81\x00"s,  // a message within a message
           "\x01\x00\x80\x00\x80\x00"s,
           "\x81\x80\x01\x02\x03\x04"s,  // a mask of a server
       }) {
    for (const std::size_t piece : {std::size_t{1}, SIZE_MAX}) {
      const Read got = read(bytes, Masking::kForbidden, kibibytes(1), piece);
      EXPECT_TRUE(got.failed && got.code == ErrorCode::kCorrupt) << testing::PrintToString(bytes);
    }
  }
  const Read unmasked = read("\x81\x05Hello", Masking::kExpected);
  EXPECT_TRUE(unmasked.failed && unmasked.code == ErrorCode::kCorrupt);
}

TEST(WebSocketFrame, AMessageOverTheLimitIsRefusedByItsHeader) {
  constexpr Bytes kLimit = Bytes(1000);
  EXPECT_FALSE(read(frame(Opcode::kBinary, std::string(1000, 'x')), Masking::kForbidden, kLimit).failed);
  for (const std::string& bytes : {
           "\x82\x7e\x03\xe9"s,                                   // 1001 bytes
           "\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s,           // all there could be
           "\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00"s,           //
           "\x02\x01x\x80\x7e\x03\xe8"s,                          // 1 and 1000
           "\x02\x01x\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s,  // a sum that wraps
       }) {
    const Read got = read(bytes, Masking::kForbidden, kLimit);
    EXPECT_TRUE(got.failed && got.code == ErrorCode::kExhausted) << testing::PrintToString(bytes);
  }
}

// What a message in pieces had counted against the next one.
TEST(WebSocketFrame, TheLimitIsThatOfEachMessage) {
  const std::string half(600, 'x');
  const std::string bytes = "\x02\x7e\x02\x58"s + half + "\x80\x00"s + frame(Opcode::kBinary, half);
  const Read got = read(bytes, Masking::kForbidden, Bytes(1000));
  EXPECT_FALSE(got.failed);
  EXPECT_EQ(got.messages.size(), 2U);
}

TEST(WebSocketFrame, ACloseHasACodeAndAShortReason) {
  EXPECT_EQ(close_payload(WebSocketClose::kNormal, "bye"),
            "\x03\xe8"
            "bye");
  EXPECT_EQ(close_payload(WebSocketClose::kTooBig, std::string(500, 'r')).size(), 125U);
}

}  // namespace
}  // namespace sennit::http

#include "http/sse.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sennit::http {
namespace {

std::vector<SseEvent> parse(SseParser& parser, std::string_view bytes, std::size_t piece = 1'000'000) {
  std::vector<SseEvent> events;
  loop::Callback<void(const SseEvent&)> take = [&](const SseEvent& event) { events.push_back(event); };
  for (std::size_t at = 0; at < bytes.size(); at += piece) EXPECT_TRUE(parser.feed(bytes.substr(at, piece), take).ok());
  return events;
}

TEST(Sse, BytesAreAsTheStandardSays) {
  std::string out;
  append_event(out, {.id = "42", .type = "status", .data = "{\"a\": 1}"});
  append_event(out, {.id = {}, .type = {}, .data = "two\nlines"});
  append_comment(out, "alive");
  EXPECT_EQ(out, "id: 42\nevent: status\ndata: {\"a\": 1}\n\ndata: two\ndata: lines\n\n: alive\n\n");
}

TEST(Sse, EveryEventComesBackInPiecesOfAnySize) {
  std::string out;
  const std::vector<SseEvent> want = {{.id = "1", .type = "a", .data = "x"},
                                      {.id = {}, .type = {}, .data = ""},
                                      {.id = "3", .type = {}, .data = "a\n\nb\n"},
                                      {.id = "4", .type = "t", .data = ": no comment"}};
  for (const SseEvent& event : want) append_event(out, event);
  for (const std::size_t piece : {1U, 2U, 7U, 1000U}) {
    SseParser parser;
    const auto events = parse(parser, out, piece);
    ASSERT_EQ(events.size(), want.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
      EXPECT_EQ(events[i].id, want[i].id);
      EXPECT_EQ(events[i].type, want[i].type);
      EXPECT_EQ(events[i].data, want[i].data);
    }
    EXPECT_EQ(parser.last_id(), "4");
  }
}

TEST(Sse, AllLineEndsCount) {
  for (const std::string_view text : {"data: a\ndata: b\n\n", "data: a\rdata: b\r\r", "data: a\r\ndata: b\r\n\r\n"}) {
    for (const std::size_t piece : {1U, 3U, 100U}) {
      SseParser parser;
      const auto events = parse(parser, text, piece);
      ASSERT_EQ(events.size(), 1U);
      EXPECT_EQ(events[0].data, "a\nb");
    }
  }
}

TEST(Sse, WhatIsNoEventIsSkipped) {
  SseParser parser;
  const auto events = parse(parser, "\xEF\xBB\xBF: comment\n\nretry: 5\nid: 7\n\nfuture: x\ndata\n\nevent: lonely\n\n");
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].data, "");
  EXPECT_EQ(parser.last_id(), "7");
}

TEST(Sse, OnlyOneSpaceAfterTheColonIsTakenOff) {
  SseParser parser;
  EXPECT_EQ(parse(parser, "data:  x\ndata:y\n\n")[0].data, " x\ny");
}

TEST(Sse, IdsAndTypesCannotAddLines) {
  std::string out;
  append_event(out, {.id = "1\ndata: forged", .type = "a\r\n\r\nb", .data = "x\r\ny"});
  SseParser parser;
  const auto events = parse(parser, out);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].data, "x\ny");
}

TEST(Sse, ALongLineOrEventIsExhausted) {
  loop::Callback<void(const SseEvent&)> take = [](const SseEvent&) { FAIL(); };
  for (const std::string_view unit : {"data: 0123456789", "data: 0123456789\n"}) {
    SseParser parser(100);
    Result<void> fed;
    for (int i = 0; i < 20 && fed.ok(); ++i) fed = parser.feed(unit, take);
    ASSERT_FALSE(fed.ok());
    EXPECT_EQ(fed.error().code(), ErrorCode::kExhausted);
    EXPECT_EQ(fed.error().message(), "event is over the limit of 100 bytes");
  }
}

TEST(Sse, RandomBytesDoNotDependOnTheirPieces) {
  constexpr std::string_view kAlphabet = "data: id:event\n\n\r\n\rx";
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::string bytes;
    for (int i = 0; i < 200; ++i) bytes.push_back(kAlphabet[random() % kAlphabet.size()]);
    SseParser whole, pieces;
    const auto a = parse(whole, bytes);
    const auto b = parse(pieces, bytes, 1 + random() % 5);
    ASSERT_EQ(a.size(), b.size()) << "seed 11, round " << round;
    for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(a[i].data, b[i].data);
    ASSERT_EQ(whole.last_id(), pieces.last_id());
  }
}

}  // namespace
}  // namespace sennit::http

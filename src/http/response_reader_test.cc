#include "http/response_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace sennit::http {
namespace {

using Body = ResponseReader::Body;

// Feeds in pieces; returns the body that came.
Result<std::string> feed(ResponseReader& reader, std::string_view bytes, std::size_t piece) {
  std::string inbox;
  std::string body;
  while (!bytes.empty()) {
    inbox.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    SENNIT_ASSIGN(const std::size_t used, reader.feed(inbox));
    inbox.erase(0, used);
    if (reader.has_header()) body += reader.take_body();
  }
  return body;
}

TEST(ResponseReader, BodiesOfEveryFraming) {
  for (const std::string_view bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"}) {
    for (const std::size_t piece : {1U, 7U, 1000U}) {
      ResponseReader reader(Body::kExpected, kibibytes(4));
      const auto body = feed(reader, bytes, piece);
      ASSERT_TRUE(body.ok());
      EXPECT_EQ(*body, "hello");
      EXPECT_TRUE(reader.is_done());
      EXPECT_TRUE(reader.keep_alive());
    }
  }
}

TEST(ResponseReader, WithoutALengthTheEndOfTheConnectionIsTheEnd) {
  ResponseReader reader(Body::kExpected, kibibytes(4));
  EXPECT_EQ(*feed(reader, "HTTP/1.1 200 OK\r\n\r\nhello", 1000), "hello");
  EXPECT_FALSE(reader.is_done());
  EXPECT_TRUE(reader.finish().ok());
  EXPECT_FALSE(reader.keep_alive());
}

TEST(ResponseReader, TheAnswerToAHeadHasNoBody) {
  ResponseReader reader(Body::kNone, kibibytes(4));
  ASSERT_TRUE(feed(reader, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 1000).ok());
  EXPECT_TRUE(reader.is_done());
}

TEST(ResponseReader, CutShortItIsUnavailable) {
  for (const std::string_view bytes : {"", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
                                       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    ResponseReader reader(Body::kExpected, kibibytes(4));
    ASSERT_TRUE(feed(reader, bytes, 1000).ok());
    const Result<void> end = reader.finish();
    ASSERT_FALSE(end.ok()) << bytes;
    EXPECT_EQ(end.error().code(), ErrorCode::kUnavailable);
  }
}

TEST(ResponseReader, WhatIsNoHttpIsCorrupt) {
  ResponseReader reader(Body::kExpected, kibibytes(4));
  EXPECT_EQ(feed(reader, "220 mail ready\r\n\r\n", 1000).error().code(), ErrorCode::kCorrupt);
}

TEST(ResponseReader, AnEndlessHeaderIsExhausted) {
  ResponseReader reader(Body::kExpected, kibibytes(1));
  EXPECT_EQ(feed(reader, "HTTP/1.1 200 OK\r\nX: " + std::string(5000, 'x'), 100).error().code(), ErrorCode::kExhausted);
}

}  // namespace
}  // namespace sennit::http

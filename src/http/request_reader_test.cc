#include "http/request_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sennit::http {
namespace {

constexpr RequestReader::Limits kLimits{.header = Bytes(1024), .body = Bytes(64)};
using Stage = RequestReader::Stage;

// Feeds `bytes` in pieces as a connection would: what is not taken comes again with the next piece.
std::string feed(RequestReader& reader, std::string_view bytes, std::size_t piece) {
  std::string inbox;
  while (!bytes.empty() && reader.stage() != Stage::kDone && reader.stage() != Stage::kRefused) {
    inbox.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    inbox.erase(0, reader.feed(inbox));
  }
  return inbox.append(bytes);
}

constexpr std::string_view kPost =
    "POST /v1/x?y=1 HTTP/1.1\r\nHost: h\r\nX-Two: a\r\nx-two: b\r\nContent-Length: 5\r\n\r\nhello";

TEST(RequestReader, ARequestInPiecesOfAnySize) {
  for (const std::size_t piece : {1U, 2U, 50U, 1000U}) {
    RequestReader reader(kLimits);
    feed(reader, kPost, piece);
    ASSERT_EQ(reader.stage(), Stage::kDone);
    const ReceivedRequest request = reader.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/v1/x?y=1");
    EXPECT_EQ(*find_header(request.headers, "x-TWO"), "a");
    EXPECT_EQ(request.body, "hello");
    EXPECT_TRUE(request.keep_alive);
  }
}

TEST(RequestReader, StopsBehindARequestAndGoesOnWithTheNext) {
  RequestReader reader(kLimits);
  std::string both(kPost);
  both += "GET /b HTTP/1.1\r\n\r\n";
  const std::string rest = feed(reader, both, 1000);
  EXPECT_EQ(rest, "GET /b HTTP/1.1\r\n\r\n");
  reader.take();
  feed(reader, rest, 1000);
  ASSERT_EQ(reader.stage(), Stage::kDone);
  EXPECT_EQ(reader.take().target, "/b");
}

TEST(RequestReader, AChunkedBody) {
  for (const std::size_t piece : {1U, 1000U}) {
    RequestReader reader(kLimits);
    feed(reader, "PUT /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;e=1\r\nde\r\n0\r\n\r\n", piece);
    ASSERT_EQ(reader.stage(), Stage::kDone);
    EXPECT_EQ(reader.take().body, "abcde");
  }
}

TEST(RequestReader, Refusals) {
  struct Row {
    std::string bytes;
    int want;
    std::string_view message;
  };
  const std::string long_value(2000, 'x');
  for (const Row& row : {
           Row{"\x16\x03\x01 TLS hello, surely\r\n\r\n", 400, "malformed HTTP request"},
           Row{"GET\r\n\r\n", 400, "malformed HTTP request"},
           Row{"GET / HTTP/1.1\r\nX: " + long_value + "\r\n\r\n", 431,
               "request header is over the limit of 1024 bytes"},
           Row{"GET /" + long_value + " HTTP/1.1\r\n\r\n", 431, "request header is over the limit of 1024 bytes"},
           Row{"PUT / HTTP/1.1\r\nContent-Length: 65\r\n\r\n", 413, "request body is over the limit of 64 bytes"},
           Row{"PUT / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", 400, "malformed HTTP request"},
           Row{"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n" + long_value, 413, "request body"},
       }) {
    for (const std::size_t piece : {10U, 10'000U}) {
      RequestReader reader(kLimits);
      feed(reader, row.bytes, piece);
      ASSERT_EQ(reader.stage(), Stage::kRefused) << row.bytes.substr(0, 40);
      EXPECT_EQ(reader.refusal().status, row.want) << row.bytes.substr(0, 40);
      EXPECT_EQ(reader.refusal().message.find(row.message), 0U) << reader.refusal().message;
    }
  }
}

TEST(RequestReader, TheBodyLimitItselfPasses) {
  RequestReader reader(kLimits);
  feed(reader, "PUT / HTTP/1.1\r\nContent-Length: 64\r\n\r\n" + std::string(64, 'x'), 1000);
  EXPECT_EQ(reader.stage(), Stage::kDone);
}

TEST(RequestReader, AnExpectationIsToldOnce) {
  RequestReader reader(kLimits);
  feed(reader, "PUT / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-Continue\r\n\r\n", 1000);
  EXPECT_EQ(reader.stage(), Stage::kBody);
  EXPECT_TRUE(reader.take_expectation());
  EXPECT_FALSE(reader.take_expectation());
}

TEST(RequestReader, KeepAliveFollowsTheVersionAndTheHeader) {
  struct Row {
    std::string_view bytes;
    bool want;
  };
  for (const Row& row : {Row{"GET / HTTP/1.1\r\n\r\n", true}, Row{"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false},
                         Row{"GET / HTTP/1.0\r\n\r\n", false}}) {
    RequestReader reader(kLimits);
    feed(reader, row.bytes, 1000);
    EXPECT_EQ(reader.take().keep_alive, row.want) << row.bytes;
  }
}

TEST(RequestReader, MutatedRequestsEndInAStage) {
  std::mt19937 random(3);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes(kPost);
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    RequestReader reader(kLimits);
    feed(reader, bytes, 1 + random() % 40);
    if (reader.stage() == Stage::kDone) reader.take();
  }
}

}  // namespace
}  // namespace sennit::http

#include "http/response_head.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sennit::http {
namespace {

std::string head(ResponseHead given) {
  std::string out;
  append_head(out, given);
  return out;
}

const std::vector<Header> kNoHeaders;

TEST(ResponseHead, ALengthAndATypeAndADate) {
  EXPECT_EQ(head({.status = 404,
                  .content_type = "application/json",
                  .headers = kNoHeaders,
                  .framing = Framing::kLength,
                  .length = 12,
                  .afterwards = Afterwards::kKeepAlive,
                  .date = Instant::from_unix_us(784'111'777'000'000)}),
            "HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: application/json\r\n"
            "Content-Length: 12\r\n\r\n");
}

TEST(ResponseHead, AStreamIsChunkedOrClosed) {
  const std::string chunked = head({.content_type = "text/plain",
                                    .headers = kNoHeaders,
                                    .framing = Framing::kChunked,
                                    .afterwards = Afterwards::kKeepAlive,
                                    .date = {}});
  EXPECT_NE(chunked.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_EQ(chunked.find("Content-Length"), std::string::npos);
  const std::string closed = head({.content_type = "text/plain",
                                   .headers = kNoHeaders,
                                   .framing = Framing::kClose,
                                   .afterwards = Afterwards::kClose,
                                   .date = {}});
  EXPECT_NE(closed.find("Connection: close\r\n"), std::string::npos);
}

TEST(ResponseHead, AValueCannotAddAHeader) {
  const std::vector<Header> forged = {{"X-A", "1\r\nX-B: 2"}};
  const std::string text =
      head({.content_type = "text/plain", .headers = forged, .framing = Framing::kLength, .length = 0, .date = {}});
  EXPECT_NE(text.find("X-A: 1X-B: 2\r\n"), std::string::npos);
}

TEST(ResponseHead, AnUnknownStatusIsStillALine) {
  EXPECT_TRUE(
      head({.status = 799, .content_type = {}, .headers = kNoHeaders, .date = {}}).starts_with("HTTP/1.1 799 "));
}

TEST(Chunks, HaveTheirLengthInHex) {
  std::string out;
  append_chunk(out, std::string(26, 'x'));
  append_chunk(out, "");
  append_last_chunk(out);
  EXPECT_EQ(out, "1a\r\n" + std::string(26, 'x') + "\r\n0\r\n\r\n");
}

TEST(ErrorBody, IsJsonWhateverTheTextHolds) {
  EXPECT_EQ(error_body("invalid", "a \"b\" \\ \n \xff"),
            "{\"error\": {\"code\": \"invalid\", \"message\": \"a \\\"b\\\" \\\\ \\u000a \\u00ff\"}}\n");
}

}  // namespace
}  // namespace sennit::http

#include "http/response_reader.h"

#include <algorithm>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>
#include <utility>

namespace sennit::http {
namespace {

namespace beast = boost::beast::http;

std::string to_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct ResponseReader::Parser {
  beast::response_parser<beast::string_body> response;
};

ResponseReader::ResponseReader(Body body, Bytes max_header) : parser_(std::make_unique<Parser>()) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  parser_->response.header_limit(static_cast<std::uint32_t>(std::min(max_header.count(), kMost)));
  parser_->response.body_limit(boost::none);  // the body is taken away piece by piece; the caller counts
  parser_->response.eager(true);
  parser_->response.skip(body == Body::kNone);
}

ResponseReader::~ResponseReader() = default;
ResponseReader::ResponseReader(ResponseReader&&) noexcept = default;
ResponseReader& ResponseReader::operator=(ResponseReader&&) noexcept = default;

Result<std::size_t> ResponseReader::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && !is_done()) {
    boost::system::error_code error;
    const std::size_t count =
        parser_->response.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
    used += count;
    if (error == beast::error::need_more) break;
    if (error == beast::error::header_limit) return Error(ErrorCode::kExhausted, "response header is too long");
    if (error) return Error(ErrorCode::kCorrupt, "malformed HTTP response: " + error.message());
    if (count == 0) break;
  }
  return used;
}

Result<void> ResponseReader::finish() {
  boost::system::error_code error;
  if (parser_->response.got_some()) parser_->response.put_eof(error);
  if (!error && is_done()) return {};
  return Error(ErrorCode::kUnavailable, "the server closed the connection before its answer was complete");
}

bool ResponseReader::has_header() const { return parser_->response.is_header_done(); }

bool ResponseReader::is_done() const { return parser_->response.is_done(); }

bool ResponseReader::keep_alive() const { return parser_->response.keep_alive(); }

int ResponseReader::status() const { return static_cast<int>(parser_->response.get().result_int()); }

Response ResponseReader::header() const {
  const auto& message = parser_->response.get();
  Response response;
  response.status = status();
  response.content_type = to_std(message[beast::field::content_type]);
  for (const auto& field : message) {
    response.headers.push_back({to_std(field.name_string()), to_std(field.value())});
  }
  return response;
}

std::string ResponseReader::take_body() { return std::exchange(parser_->response.get().body(), {}); }

}  // namespace sennit::http

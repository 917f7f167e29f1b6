#include "http/request_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <limits>
#include <utility>

#include "base/check.h"

namespace sennit::http {
namespace {

namespace beast = boost::beast::http;

std::string to_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct RequestReader::Parser {
  beast::request_parser<beast::string_body> request;
  Stage stage = Stage::kHeader;
  bool expects_continue = false;
  Refusal refusal;

  void refuse(int status, std::string_view code, std::string message) {
    stage = Stage::kRefused;
    refusal = {.status = status, .code = std::string(code), .message = std::move(message)};
  }

  void refuse(const boost::system::error_code& error, const Limits& limits) {
    if (error == beast::error::header_limit) {
      refuse(431, "exhausted", fmt::format("request header is over the limit of {} bytes", limits.header.count()));
    } else if (error == beast::error::body_limit) {
      refuse(413, "exhausted", fmt::format("request body is over the limit of {} bytes", limits.body.count()));
    } else {
      refuse(400, "invalid", "malformed HTTP request: " + error.message());
    }
  }

  void finish_header() {
    stage = Stage::kBody;
    const auto& header = request.get();
    expects_continue = boost::beast::iequals(header[beast::field::expect], "100-continue") && header.version() >= 11;
    request.eager(true);
  }
};

RequestReader::RequestReader(Limits limits) : limits_(limits) { begin(); }
RequestReader::~RequestReader() = default;

void RequestReader::begin() {
  parser_ = std::make_unique<Parser>();
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
  parser_->request.header_limit(static_cast<std::uint32_t>(std::min(limits_.header.count(), kMost)));
  parser_->request.body_limit(limits_.body.count());
}

std::size_t RequestReader::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (parser_->stage == Stage::kHeader || parser_->stage == Stage::kBody) {
    boost::system::error_code error;
    const std::size_t count =
        parser_->request.put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
    used += count;
    if (error == beast::error::need_more) return used;
    if (error) {
      parser_->refuse(error, limits_);
      return used;
    }
    if (parser_->stage == Stage::kHeader && parser_->request.is_header_done()) parser_->finish_header();
    if (parser_->request.is_done()) {
      parser_->stage = Stage::kDone;
    } else if (count == 0 || used == bytes.size()) {
      return used;
    }
  }
  return used;
}

RequestReader::Stage RequestReader::stage() const { return parser_->stage; }

const Refusal& RequestReader::refusal() const { return parser_->refusal; }

bool RequestReader::take_expectation() {
  return parser_->stage == Stage::kBody && std::exchange(parser_->expects_continue, false);
}

ReceivedRequest RequestReader::take() {
  SENNIT_CHECK(parser_->stage == Stage::kDone);
  auto message = parser_->request.release();
  ReceivedRequest request;
  request.method = to_std(message.method_string());
  request.target = to_std(message.target());
  for (const auto& field : message) {
    request.headers.push_back({to_std(field.name_string()), to_std(field.value())});
  }
  request.body = std::move(message.body());
  request.keep_alive = message.keep_alive();
  request.is_http_1_0 = message.version() < 11;
  begin();
  return request;
}

}  // namespace sennit::http

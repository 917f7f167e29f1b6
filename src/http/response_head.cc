#include "http/response_head.h"

#include <fmt/format.h>

#include <boost/beast/http/status.hpp>
#include <ctime>
#include <iterator>

namespace sennit::http {
namespace {

void append_clean(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c != '\r' && c != '\n' && c != '\0') out.push_back(c);
  }
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  append_clean(out, name);
  out.append(": ");
  append_clean(out, value);
  out.append("\r\n");
}

void append_date(std::string& out, Instant date) {
  const std::time_t seconds = static_cast<std::time_t>(date.unix_us() / 1'000'000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  // In the C locale, which this program does not leave: the names are English as the standard wants them.
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  append_header(out, "Date", std::string_view(text, size));
}

std::string_view reason_of(int status) {
  namespace beast = boost::beast::http;
  const auto reason = beast::obsolete_reason(beast::int_to_status(static_cast<unsigned>(status)));
  return {reason.data(), reason.size()};
}

}  // namespace

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

void append_head(std::string& out, const ResponseHead& head) {
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", head.status, reason_of(head.status));
  append_date(out, head.date);
  if (head.framing != Framing::kNone && !head.content_type.empty()) {
    append_header(out, "Content-Type", head.content_type);
  }
  switch (head.framing) {
    case Framing::kLength: append_header(out, "Content-Length", std::to_string(head.length)); break;
    case Framing::kChunked: append_header(out, "Transfer-Encoding", "chunked"); break;
    case Framing::kClose:
    case Framing::kNone: break;
  }
  if (head.afterwards == Afterwards::kClose) append_header(out, "Connection", "close");
  for (const Header& header : head.headers) append_header(out, header.name, header.value);
  out.append("\r\n");
}

void append_chunk(std::string& out, std::string_view bytes) {
  if (bytes.empty()) return;
  fmt::format_to(std::back_inserter(out), "{:x}\r\n", bytes.size());
  out.append(bytes).append("\r\n");
}

void append_last_chunk(std::string& out) { out.append("0\r\n\r\n"); }

std::string error_body(std::string_view code, std::string_view message) {
  std::string out = "{\"error\": {\"code\": \"";
  out.append(code).append("\", \"message\": \"");
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (byte < 0x20 || byte >= 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);  // as Latin-1: the text may quote bytes of any kind
    } else {
      out.push_back(c);
    }
  }
  return out.append("\"}}\n");
}

}  // namespace sennit::http

#include "http/client.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <limits>
#include <random>
#include <utility>

#include "base/base64.h"
#include "base/clock.h"
#include "http/response_reader.h"
#include "http/websocket_handshake.h"

namespace sennit::http {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr Bytes kMaxHeader = kibibytes(256);
constexpr Micros kForever = Micros::max();

bool has_line_end(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

// A header or target from outside (an argument of the command line) must not become a second header.
Result<void> check(const Call& call) {
  bool broken = has_line_end(call.method) || has_line_end(call.target) || has_line_end(call.content_type) ||
                call.target.find(' ') != std::string::npos;
  for (const Header& header : call.headers) broken = broken || has_line_end(header.name) || has_line_end(header.value);
  if (broken) return Error(ErrorCode::kInvalid, "request to " + call.target + " has a line end or space in its header");
  return {};
}

std::string format_call(const Call& call) {
  std::string out = fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n", call.method, call.target);
  const bool has_body = !call.body.empty() || call.method == "POST" || call.method == "PUT" || call.method == "PATCH";
  if (has_body) {
    fmt::format_to(std::back_inserter(out), "Content-Type: {}\r\nContent-Length: {}\r\n", call.content_type,
                   call.body.size());
  }
  for (const Header& header : call.headers) {
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", header.name, header.value);
  }
  return out.append("\r\n").append(call.body);
}

// In milliseconds for poll, rounded up so that it never returns early.
int poll_time(Micros left) {
  if (left == kForever) return -1;
  const std::int64_t ms = (std::max<std::int64_t>(left.count(), 0) + 999) / 1000;
  return static_cast<int>(std::min<std::int64_t>(ms, std::numeric_limits<int>::max()));
}

std::string random_key() {
  std::string bytes(16, '\0');
  std::random_device random;
  for (char& byte : bytes) byte = static_cast<char>(random());
  return encode_base64(bytes);
}

}  // namespace

Client::Client(std::string path, ClientOptions options, UniqueFd socket)
    : path_(std::move(path)), options_(options), socket_(std::move(socket)) {}

Result<Client> Client::connect(const std::string& path, ClientOptions options) {
  SENNIT_ASSIGN(UniqueFd socket, loop::connect_unix(path, options.listener));
  return Client(path, options, std::move(socket));
}

Result<Response> Client::request(const Call& call) { return exchange(call, nullptr); }

Result<Response> Client::stream(const Call& call, const std::function<Flow(std::string_view)>& on_chunk) {
  return exchange(call, &on_chunk);
}

Result<std::variant<WebSocket::Start, Response>> Client::upgrade(Call call) {
  const std::string key = random_key();
  for (Header& header : websocket_request_headers(key)) call.headers.push_back(std::move(header));
  SENNIT_TRY(check(call));
  auto answer = ask_for_websocket(call, key);
  if (!answer) socket_.reset();  // an answer may still come, which is not one to the next request
  return answer;
}

Result<std::variant<WebSocket::Start, Response>> Client::ask_for_websocket(const Call& call, const std::string& key) {
  SENNIT_TRY(connect_if_closed());
  SENNIT_TRY(send(format_call(call)));
  ResponseReader reader(ResponseReader::Body::kExpected, kMaxHeader);
  std::string inbox;
  while (!reader.has_header()) {
    SENNIT_ASSIGN(const std::size_t count, read_some(inbox, options_.timeout));
    if (count == 0) SENNIT_TRY(reader.finish());
    SENNIT_ASSIGN(const std::size_t used, reader.feed(inbox));
    inbox.erase(0, used);
  }
  if (reader.status() != 101) {
    Response refusal = reader.header();
    SENNIT_ASSIGN(refusal.body, rest_of_body(reader, std::move(inbox)));
    return std::variant<WebSocket::Start, Response>(std::move(refusal));
  }
  const Response agreement = reader.header();
  const std::string* accept = agreement.header("Sec-WebSocket-Accept");
  if (accept == nullptr || *accept != websocket_accept(key)) {
    return Error(ErrorCode::kCorrupt, "the server at " + path_ + " does not know how to make a WebSocket");
  }
  return std::variant<WebSocket::Start, Response>(WebSocket::Start{
      .socket = std::move(socket_), .role = WebSocket::Role::kClient, .to_send = {}, .received = std::move(inbox)});
}

Result<Response> Client::exchange(const Call& call, const OnChunk* on_chunk) {
  SENNIT_TRY(check(call));
  SENNIT_TRY(connect_if_closed());
  // A server that refuses a body answers and closes before it has read all: the answer counts, not the failed write.
  const Result<void> sent = send(format_call(call));
  if (!sent && sent.error().code() != ErrorCode::kUnavailable) {
    socket_.reset();
    return sent.error();
  }
  Result<Response> response = receive(call, on_chunk);
  if (!response) socket_.reset();
  return response;
}

Result<void> Client::connect_if_closed() {
  if (socket_) {
    // Between requests the server says nothing: what is readable now is the end of the connection.
    pollfd state{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    if (::poll(&state, 1, 0) == 0) return {};
  }
  SENNIT_ASSIGN(socket_, loop::connect_unix(path_, options_.listener));
  return {};
}

Result<void> Client::wait(Until until, Micros timeout) {
  const SystemClock clock;
  const Micros deadline = timeout == kForever ? kForever : clock.boot() + timeout;
  const short wanted = until == Until::kReadable ? POLLIN : POLLOUT;
  Aside* const aside = options_.aside;
  std::array<pollfd, 3> fds{pollfd{.fd = socket_.get(), .events = wanted, .revents = 0},
                            pollfd{.fd = options_.wake_fd, .events = POLLIN, .revents = 0},  // poll skips -1
                            pollfd{.fd = aside == nullptr ? -1 : aside->fd(), .events = POLLIN, .revents = 0}};
  for (;;) {
    const int count =
        ::poll(fds.data(), fds.size(), poll_time(timeout == kForever ? kForever : deadline - clock.boot()));
    if (count < 0 && errno != EINTR) return Error::from_errno("wait for the server", errno);
    if (count > 0 && fds[2].revents != 0) aside->act();
    if (count > 0 && fds[1].revents != 0) return Error(ErrorCode::kCancelled, "interrupted");
    if (count > 0 && fds[0].revents != 0) return {};
    if (count <= 0 && deadline <= clock.boot()) {
      return Error(ErrorCode::kTimeout, "the server at " + path_ + " does not answer");
    }
  }
}

Result<void> Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      SENNIT_TRY(wait(Until::kWritable, options_.timeout));
    } else if (errno != EINTR) {
      return Error::from_errno("send to the server at " + path_, errno);
    }
  }
  return {};
}

// Appends what comes; 0 is the end of the connection.
Result<std::size_t> Client::read_some(std::string& inbox, Micros timeout) {
  std::array<char, kReadBytes> buffer;
  for (;;) {
    SENNIT_TRY(wait(Until::kReadable, timeout));
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count >= 0) {
      inbox.append(buffer.data(), static_cast<std::size_t>(count));
      return static_cast<std::size_t>(count);
    }
    if (errno != EAGAIN && errno != EINTR) return Error::from_errno("read from the server at " + path_, errno);
  }
}

// Of a response whose header has come.
Result<std::string> Client::rest_of_body(ResponseReader& reader, std::string inbox) {
  std::string body = reader.take_body();
  while (!reader.is_done()) {
    SENNIT_ASSIGN(const std::size_t count, read_some(inbox, options_.timeout));
    if (count == 0) SENNIT_TRY(reader.finish());
    SENNIT_ASSIGN(const std::size_t used, reader.feed(inbox));
    inbox.erase(0, used);
    body += reader.take_body();
  }
  socket_.reset();
  return body;
}

Result<Response> Client::receive(const Call& call, const OnChunk* on_chunk) {
  const auto body = call.method == "HEAD" ? ResponseReader::Body::kNone : ResponseReader::Body::kExpected;
  ResponseReader reader(body, kMaxHeader);
  std::string inbox;
  std::string whole;
  while (!reader.is_done()) {
    const bool in_stream = on_chunk != nullptr && reader.has_header();
    SENNIT_ASSIGN(const std::size_t count, read_some(inbox, in_stream ? kForever : options_.timeout));
    if (count == 0) SENNIT_TRY(reader.finish());
    SENNIT_ASSIGN(const std::size_t used, reader.feed(inbox));
    inbox.erase(0, used);
    if (!reader.has_header()) continue;
    const std::string piece = reader.take_body();
    if (on_chunk == nullptr || reader.status() >= 400) {
      whole.append(piece);
    } else if (!piece.empty() && (*on_chunk)(piece) == Flow::kStop) {
      socket_.reset();  // with the rest of the stream in it, of no use for another request
      return reader.header();
    }
    if (whole.size() > options_.max_body.count()) {
      return Error(ErrorCode::kExhausted,
                   fmt::format("response is over the limit of {} bytes", options_.max_body.count()));
    }
  }
  if (!reader.keep_alive() || !inbox.empty()) socket_.reset();
  Response response = reader.header();
  response.body = std::move(whole);
  return response;
}

}  // namespace sennit::http

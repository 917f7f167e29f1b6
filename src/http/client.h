// A synchronous HTTP/1.1 client over a Unix socket: what the command line speaks.
//
// Synchronous because a command does one thing at a time and has to start fast: no loop, no threads; it polls the
// socket, and beside it a descriptor that ends the wait early (Ctrl-C) and one that only interrupts it (Aside).
//
// Threads:   one at a time.
// Ownership: owns its connection, kept between requests and made again when the server has closed it.
// Errors:    Results; a status of 400 or more is a Response, not an error.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "http/message.h"
#include "http/websocket.h"
#include "loop/unix_socket.h"

namespace sennit::http {

class ResponseReader;

// What else there is to do while a call waits: a screen to draw again, signals that do not end the wait.
class Aside {
 public:
  virtual ~Aside() = default;
  virtual int fd() const = 0;  // readable: something is to be done
  virtual void act() = 0;      // does it, so that `fd` is not readable any more; makes no calls
};

struct ClientOptions {
  Micros timeout = std::chrono::seconds(30);  // without any progress of a request; a stream may be quiet for ever
  int wake_fd = -1;                           // borrowed; when it becomes readable, the wait ends: kCancelled
  Bytes max_body = gibibytes(1);              // of a response that is held in memory
  loop::Listener listener = loop::Listener::kUs;
  Aside* aside = nullptr;  // borrowed; none: waiting is all there is
};

struct Call {
  std::string method = "GET";
  std::string target = "/";
  std::string body;
  std::string content_type = "application/json";  // sent if there is a body
  std::vector<Header> headers;
};

enum class Flow { kContinue, kStop };

class Client {
 public:
  // Fails: kUnavailable (nobody listens at `path`), as loop::connect_unix.
  static Result<Client> connect(const std::string& path, ClientOptions options = {});

  Client(Client&&) noexcept = default;
  Client& operator=(Client&&) noexcept = default;

  // Sends the call and reads the whole response.
  // Fails: kTimeout, kCancelled (wake_fd), kUnavailable (the server went away; whether it acted on the call is not
  // known), kCorrupt (no HTTP), kExhausted (body over max_body).
  Result<Response> request(const Call& call);

  // Sends the call as one for a WebSocket. What comes is the socket with which it goes on (WebSocket, Role::kClient),
  // or the response by which the server has refused. Fails: as request(); kCorrupt (the server agrees to something
  // else).
  Result<std::variant<WebSocket::Start, Response>> upgrade(Call call);

  // Sends the call and hands each piece of the body to `on_chunk` as it comes, until the body ends or `on_chunk`
  // answers kStop. A response with a status of 400 or more is not handed on in pieces but returned whole.
  // Fails: as request(); a body that is cut short is kUnavailable.
  Result<Response> stream(const Call& call, const std::function<Flow(std::string_view)>& on_chunk);

 private:
  using OnChunk = std::function<Flow(std::string_view)>;
  enum class Until : unsigned char { kReadable, kWritable };

  Client(std::string path, ClientOptions options, UniqueFd socket);

  Result<void> connect_if_closed();
  Result<std::variant<WebSocket::Start, Response>> ask_for_websocket(const Call& call, const std::string& key);
  Result<Response> exchange(const Call& call, const OnChunk* on_chunk);
  Result<void> send(std::string_view bytes);
  Result<std::string> rest_of_body(ResponseReader& reader, std::string inbox);
  Result<Response> receive(const Call& call, const OnChunk* on_chunk);
  Result<std::size_t> read_some(std::string& inbox, Micros timeout);
  Result<void> wait(Until until, Micros timeout);

  std::string path_;
  ClientOptions options_;
  UniqueFd socket_;
};

}  // namespace sennit::http

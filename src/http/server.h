// An HTTP/1.1 server on the loop: connections, requests and bounds. What the requests mean is the handler's.
//
// Everything that a client can do is bounded (ServerOptions) and answered with a JSON error {"error": {"code",
// "message"}} that names the bound: 431 for the header, 413 for the body, 408 for a slow one, 400 for what is no HTTP,
// 503 for too many connections. A peer of another user gets 403 and is closed.
//
// Threads:   the loop's, the handler's calls too.
// Ownership: the handler must outlive the server. Destroying the server closes every connection and calls on_closed of
//            unanswered requests.
// Errors:    of open() only; a failing connection ends alone.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/result.h"
#include "http/message.h"
#include "http/responder.h"
#include "loop/loop.h"

namespace sennit::http {

class Handler {
 public:
  virtual ~Handler() = default;
  // May answer within the call or keep the responder for later.
  virtual void handle(Request request, std::unique_ptr<Responder> responder) = 0;
};

struct ServerOptions {
  Bytes max_header = kibibytes(64);
  Bytes max_body = mebibytes(256);
  Micros header_timeout = std::chrono::seconds(10);  // from the first byte of a request to the end of its header
  Micros body_timeout = std::chrono::seconds(30);    // without any progress of the body
  Micros idle_timeout = std::chrono::seconds(60);    // between requests of a kept connection
  Micros write_timeout = std::chrono::seconds(60);   // without the client taking anything of what waits for it
  std::size_t max_connections = 1024;
};

class Server {
 public:
  // Listens on a Unix socket at `path`, mode 0600. Fails: as loop::UnixListener::open.
  static Result<std::unique_ptr<Server>> open(loop::Loop& loop, const std::string& path, Handler& handler,
                                              ServerOptions options = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes no more connections or requests, calls on_closed of open streams and unanswered requests, lets answers that
  // are complete reach their clients (for at most `grace`), then calls `stopped`. Call once.
  void stop(Micros grace, loop::Callback<void()> stopped);

  std::size_t connections() const;
  // Requests being read or answered, streams included: what keeps a server from being idle.
  std::size_t active_requests() const;

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::http

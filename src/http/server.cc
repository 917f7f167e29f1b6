#include "http/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/response_head.h"
#include "http/session.h"
#include "loop/timer.h"
#include "loop/unix_socket.h"

namespace sennit::http {

class Server::Impl final : private Session::Owner {
 public:
  Impl(loop::Loop& loop, Handler& handler, const ServerOptions& options)
      : loop_(loop), handler_(handler), options_(options), grace_(loop), turn_end_(loop, [this] { on_turn_end(); }) {}

  ~Impl() override {
    // A session tells its handler of the end, and the handler may ask the server something: it finds none.
    auto sessions = std::exchange(sessions_, {});
    for (auto& [raw, session] : sessions) raw->end();
  }

  Result<void> listen(const std::string& path) {
    SENNIT_ASSIGN(loop::UnixListener listener,
                  loop::UnixListener::open(
                      loop_, path, [this](UniqueFd socket, loop::Peer peer) { accept(std::move(socket), peer); }));
    listener_ = std::make_unique<loop::UnixListener>(std::move(listener));
    return {};
  }

  void stop(Micros grace, loop::Callback<void()> stopped) {
    listener_.reset();
    stopped_ = std::move(stopped);
    stopping_ = true;
    for (auto& [raw, session] : sessions_) raw->stop();
    grace_.arm_after(grace, [this] { end_all(); });
    turn_end_.request();
  }

  std::size_t connections() const { return sessions_.size(); }

  std::size_t active_requests() const {
    return static_cast<std::size_t>(
        std::count_if(sessions_.begin(), sessions_.end(), [](const auto& entry) { return entry.first->is_active(); }));
  }

 private:
  void accept(UniqueFd socket, loop::Peer peer) {
    if (!peer.is_us()) return turn_away(socket, 403, "forbidden", "this server serves its own user only");
    if (sessions_.size() >= options_.max_connections) {
      return turn_away(socket, 503, "exhausted",
                       "the server has " + std::to_string(options_.max_connections) + " connections, its limit");
    }
    Result<std::unique_ptr<Session>> session = Session::open(loop_, std::move(socket), options_, *this);
    if (!session) return ignore(session, "out of kernel memory: the client sees a closed connection and tries again");
    Session* raw = session->get();
    sessions_.emplace(raw, std::move(session).value());
  }

  // Best effort: a fresh socket takes a few hundred bytes at once.
  void turn_away(const UniqueFd& socket, int status, std::string_view code, std::string_view message) {
    std::string out;
    const std::string body = error_body(code, message);
    append_head(out, {.status = status,
                      .content_type = "application/json",
                      .headers = {},
                      .framing = Framing::kLength,
                      .length = body.size(),
                      .afterwards = Afterwards::kClose,
                      .date = loop_.clock().now()});
    out.append(body);
    [[maybe_unused]] const ssize_t sent = ::send(socket.get(), out.data(), out.size(), MSG_NOSIGNAL);
  }

  void on_request(Request request, std::unique_ptr<Responder> responder) override {
    handler_.handle(std::move(request), std::move(responder));
  }

  void on_end(Session& session) override {
    const auto found = sessions_.find(&session);
    if (found == sessions_.end()) return;
    ended_.push_back(std::move(found->second));
    sessions_.erase(found);
    turn_end_.request();
  }

  void on_turn_end() {
    ended_.clear();
    if (!stopping_ || !sessions_.empty() || !stopped_) return;
    grace_.cancel();
    loop::Callback<void()> stopped = std::move(stopped_);
    stopped();
  }

  void end_all() {
    std::vector<Session*> left;
    for (auto& [raw, session] : sessions_) left.push_back(raw);
    const loop::Lifetime::Guard guard(lifetime_);
    for (Session* session : left) {
      session->end();  // stays allocated until the end of the turn, so the others of the list are there
      if (guard.ended()) return;
    }
  }

  loop::Loop& loop_;
  Handler& handler_;
  const ServerOptions options_;
  std::unordered_map<Session*, std::unique_ptr<Session>> sessions_;
  std::vector<std::unique_ptr<Session>> ended_;  // perhaps still on the stack; destroyed at the end of the turn
  std::unique_ptr<loop::UnixListener> listener_;
  loop::Callback<void()> stopped_;
  loop::Timer grace_;
  loop::TurnEnd turn_end_;
  loop::Lifetime lifetime_;
  bool stopping_ = false;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::open(loop::Loop& loop, const std::string& path, Handler& handler,
                                             ServerOptions options) {
  auto impl = std::make_unique<Impl>(loop, handler, options);
  SENNIT_TRY(impl->listen(path));
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

void Server::stop(Micros grace, loop::Callback<void()> stopped) { impl_->stop(grace, std::move(stopped)); }
std::size_t Server::connections() const { return impl_->connections(); }
std::size_t Server::active_requests() const { return impl_->active_requests(); }

}  // namespace sennit::http

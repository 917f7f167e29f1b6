#include "agent/ctrl/user_link.h"

#include <map>
#include <optional>
#include <utility>

#include "agent/message_log.h"
#include "base/check.h"
#include "base/version.h"
#include "loop/unix_socket.h"
#include "wire/channel_messages.h"
#include "wire/connection.h"

namespace sennit::agent {
namespace {

constexpr std::size_t kMaxPeers = 1024;
// More than an entry process ever has under way; then it is not ours, or out of order.
constexpr std::uint64_t kMaxUnacknowledged = 16 * 1024 * 1024;

void send(wire::Connection& connection, const wire::UserMessage& message) {
  std::string payload;
  const wire::FrameType type = wire::encode(message, payload);
  connection.send(type, payload);
}

}  // namespace

class UserLink::Impl {
 public:
  Impl(loop::Loop& loop, const UserLinkOptions& options, Handler& handler)
      : loop_(loop),
        handler_(handler),
        session_(options.session),
        known_(options.session != 0),
        received_(options.position),
        stored_(options.position),
        told_stored_(options.position),
        turn_end_(loop, [this] { tell_stored(); }) {}

  Result<void> listen(const std::string& socket) {
    SENNIT_ASSIGN(place_, loop::short_path(socket));
    SENNIT_ASSIGN(loop::UnixListener listener,
                  loop::UnixListener::open(
                      loop_, place_.path, [this](UniqueFd fd, loop::Peer /*peer*/) { accept(std::move(fd)); },
                      loop::UnixListener::Access::kAnyone));
    listener_.emplace(std::move(listener));
    return {};
  }

  bool is_joined() const { return entry_ != nullptr; }

  void start(wire::StartCommand command) {
    order_.emplace(std::move(command));
    send_to_entry(*order_);
  }
  void dismiss(std::uint32_t code, std::string message) {
    dismissal_.emplace(wire::Dismiss{.code = code, .message = std::move(message)});
    send_to_entry(*dismissal_);
  }
  void signal(std::uint32_t number) { send_to_entry(wire::SignalCommand{number}); }
  void acknowledge(std::uint64_t position) {
    SENNIT_CHECK(position >= stored_ && position <= received_);
    stored_ = position;
    turn_end_.request();
  }
  void hold_output(bool held) {
    if (std::exchange(held_, held) == held || entry_ == nullptr) return;
    held ? entry_->connection->pause_reading() : entry_->connection->resume_reading();
  }
  void dial(std::uint64_t key) { send_to_entry(wire::DialChannel{key}); }
  void exit_stored() {
    exit_stored_ = true;
    send_to_entry(wire::ExitStored());
  }
  Room answer(RequestId id, const wire::Answer& answer) {
    const auto it = peers_.find(id.value());
    if (it == peers_.end() || it->second->role != Role::kGuest) return Room::kMore;
    wire::Connection& connection = *it->second->connection;
    send(connection, answer);
    return connection.buffered() > wire::Connection::kHighWater ? Room::kFull : Room::kMore;
  }
  void flush() {
    tell_stored();
    for (const auto& [id, peer] : peers_) {
      if (peer->connection) peer->connection->flush();
    }
  }

 private:
  enum class Role : std::uint8_t { kUnknown, kEntry, kGuest };

  struct Peer final : wire::Connection::Handler {
    Peer(Impl& the_link, std::uint64_t the_id) : link(the_link), id(the_id) {}
    void on_frame(wire::FrameType type, std::string_view payload) override { link.take(*this, type, payload); }
    void on_drained() override {
      if (role == Role::kGuest) link.handler_.on_request_drained(RequestId(id));
    }
    void on_closed(Error error) override { link.remove(*this, error); }

    Impl& link;
    std::uint64_t id;
    Role role = Role::kUnknown;
    std::unique_ptr<wire::Connection> connection;
  };

  void accept(UniqueFd fd) {
    if (peers_.size() >= kMaxPeers) {
      say(Level::kWarn, "a task has more than {} connections to its socket; one more was refused", kMaxPeers);
      return;
    }
    const std::uint64_t id = ++last_peer_;
    auto peer = std::make_unique<Peer>(*this, id);
    peer->connection =
        std::make_unique<wire::Connection>(loop_, std::move(fd), *peer, wire::ProtocolRange{}, wire::kMaxUserFrame);
    peers_.emplace(id, std::move(peer));
  }

  // May be called from within the peer's own functions.
  void remove(Peer& peer, const Error& error) {
    const std::unique_ptr<Peer> last = std::move(peers_.extract(peer.id).mapped());
    if (entry_ == &peer) {
      entry_ = nullptr;
      handler_.on_left(error);
    } else if (peer.role == Role::kGuest) {
      handler_.on_request_gone(RequestId(peer.id));
    }
  }

  // Ends a connection of ours; the peer is gone afterwards.
  void refuse(Peer& peer, const std::string& why) {
    say(Level::kWarn, "a connection to a task's socket was ended: {}", why);
    remove(peer, Error(ErrorCode::kCorrupt, why));
  }

  void take(Peer& peer, wire::FrameType type, std::string_view payload) {
    if (peer.role == Role::kUnknown && type == wire::kJoinChannelFrame) return join_channel(peer, type, payload);
    const Result<wire::UserMessage> message = wire::decode_user_message(type, payload);
    if (!message) return refuse(peer, message.error().message());
    switch (peer.role) {
      case Role::kUnknown: return greet(peer, *message);
      case Role::kEntry: return take_from_entry(peer, *message);
      case Role::kGuest: return;  // has asked already
    }
  }

  void greet(Peer& peer, const wire::UserMessage& message) {
    if (const auto* info = std::get_if<wire::UserInfo>(&message)) return join(peer, *info);
    if (std::holds_alternative<wire::WantChannel>(message)) return handler_.on_channel_wanted(give_away(peer));
    const auto* request = std::get_if<wire::Request>(&message);
    if (request == nullptr) return refuse(peer, "its first message is none of those that a connection begins with");
    peer.role = Role::kGuest;
    handler_.on_request(RequestId(peer.id), *request);
  }

  // The peer is gone afterwards, its connection goes on.
  std::unique_ptr<wire::Connection> give_away(Peer& peer) {
    return std::move(peers_.extract(peer.id).mapped()->connection);
  }

  void join_channel(Peer& peer, wire::FrameType type, std::string_view payload) {
    const Result<wire::ChannelMessage> message = wire::decode_channel_message(type, payload);
    if (!message) return refuse(peer, message.error().message());
    const std::uint64_t key = std::get<wire::JoinChannel>(*message).key;
    handler_.on_channel_joined(key, give_away(peer));
  }

  void join(Peer& peer, const wire::UserInfo& info) {
    if (session_ != info.session) {
      // A task may call itself an entry process; that shall not harm the one which it has.
      if (entry_ != nullptr) return refuse(peer, "there is an entry process already");
      if (session_ != 0 && begun_or_known()) {
        refuse(peer, "it is another entry process than the one that has the command");
        return handler_.on_replaced();
      }
      session_ = info.session;
      received_ = stored_ = told_stored_ = 0;
    }
    if (entry_ != nullptr) peers_.erase(entry_->id);  // the same one again; its old connection is of no use
    entry_ = &peer;
    peer.role = Role::kEntry;
    send(*peer.connection, wire::Resume{.version = std::string(kVersion), .position = received_});
    if (info.state != wire::UserInfo::State::kWaiting) known_ = true;
    const bool waits = info.state == wire::UserInfo::State::kWaiting;
    if (waits && dismissal_) send(*peer.connection, *dismissal_);
    if (waits && order_) send(*peer.connection, *order_);
    if (exit_stored_) send(*peer.connection, wire::ExitStored());
    handler_.on_joined(info);
  }

  bool begun_or_known() const { return order_.has_value() || known_ || received_ > 0; }

  void take_from_entry(Peer& peer, const wire::UserMessage& message) {
    if (const auto* output = std::get_if<wire::Output>(&message)) return take_output(peer, *output);
    if (const auto* started = std::get_if<wire::CommandStarted>(&message)) {
      known_ = true;
      return handler_.on_started(*started);
    }
    if (const auto* ended = std::get_if<wire::CommandEnded>(&message)) {
      known_ = true;
      // What the entry process gave up before it came to us.
      if (ended->produced > received_) skip(ended->produced);
      return handler_.on_ended(*ended);
    }
  }

  void skip(std::uint64_t position) {
    const std::uint64_t missing = position - received_;
    received_ = position;
    handler_.on_missing(missing);
  }

  void take_output(Peer& peer, wire::Output output) {
    if (output.position < received_) {
      const std::uint64_t twice = received_ - output.position;
      if (twice >= output.bytes.size()) return;
      output.bytes.remove_prefix(twice);
      output.position = received_;
    }
    if (output.bytes.empty()) return;
    if (output.position > received_) skip(output.position);
    received_ += output.bytes.size();
    handler_.on_output(output);
    if (held_ || received_ - stored_ > kMaxUnacknowledged) peer.connection->pause_reading();
  }

  void tell_stored() {
    if (entry_ == nullptr || stored_ == told_stored_) return;
    told_stored_ = stored_;
    send(*entry_->connection, wire::OutputStored{stored_});
    if (!held_) entry_->connection->resume_reading();
  }

  void send_to_entry(const wire::UserMessage& message) {
    if (entry_ != nullptr) send(*entry_->connection, message);
  }

  loop::Loop& loop_;
  Handler& handler_;
  loop::SocketPath place_;  // before the listener, which removes the socket by it
  std::optional<loop::UnixListener> listener_;
  std::map<std::uint64_t, std::unique_ptr<Peer>> peers_;
  std::uint64_t last_peer_ = 0;
  Peer* entry_ = nullptr;
  std::uint64_t session_;
  bool known_ = false;  // its command has begun
  std::uint64_t received_;
  std::uint64_t stored_;
  std::uint64_t told_stored_;
  std::optional<wire::StartCommand> order_;
  std::optional<wire::Dismiss> dismissal_;
  bool exit_stored_ = false;
  bool held_ = false;  // the entry process's output
  loop::TurnEnd turn_end_;
};

Result<std::unique_ptr<UserLink>> UserLink::open(loop::Loop& loop, UserLinkOptions options, Handler& handler) {
  auto impl = std::make_unique<Impl>(loop, options, handler);
  SENNIT_TRY(impl->listen(options.socket));
  return std::unique_ptr<UserLink>(new UserLink(std::move(impl)));
}

UserLink::UserLink(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UserLink::~UserLink() = default;
bool UserLink::is_joined() const { return impl_->is_joined(); }
void UserLink::hold_output(bool held) { impl_->hold_output(held); }
void UserLink::start(wire::StartCommand command) { impl_->start(std::move(command)); }
void UserLink::dismiss(std::uint32_t code, std::string message) { impl_->dismiss(code, std::move(message)); }
void UserLink::signal(std::uint32_t number) { impl_->signal(number); }
void UserLink::acknowledge(std::uint64_t position) { impl_->acknowledge(position); }
void UserLink::dial(std::uint64_t key) { impl_->dial(key); }
void UserLink::exit_stored() { impl_->exit_stored(); }
UserLink::Room UserLink::answer(RequestId id, const wire::Answer& answer) { return impl_->answer(id, answer); }
void UserLink::flush() { impl_->flush(); }

}  // namespace sennit::agent

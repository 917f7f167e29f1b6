#include "wire/channel_relay.h"

#include <utility>

namespace sennit::wire {

void send(Connection& connection, const ChannelMessage& message) {
  std::string payload;
  const FrameType type = encode(message, payload);
  connection.send(type, payload);
}

ChannelRelay::Side::Side(ChannelRelay& the_relay, std::unique_ptr<Connection> the_connection)
    : relay(the_relay), connection(std::move(the_connection)) {
  connection->hand_over(*this);
}

void ChannelRelay::Side::on_drained() {
  if (other->connection) other->connection->resume_reading();
}

ChannelRelay::ChannelRelay(std::unique_ptr<Connection> client, std::unique_ptr<Connection> task, std::string lost,
                           std::function<void()> on_end)
    : lost_(std::move(lost)),
      on_end_(std::move(on_end)),
      client_(*this, std::move(client)),
      task_(*this, std::move(task)) {
  client_.other = &task_;
  task_.other = &client_;
}

ChannelRelay::~ChannelRelay() = default;

void ChannelRelay::pass(Side& from, FrameType type, std::string_view payload) {
  Connection* to = from.other->connection.get();
  if (to == nullptr || !is_channel_frame(type)) return;
  if (&from == &task_ && type == kChannelEndedFrame) ended_ = true;
  to->send(type, payload);
  if (to->buffered() <= Connection::kHighWater) return;
  using WhilePaused = Connection::WhilePaused;
  from.connection->pause_reading(&from == &client_ ? WhilePaused::kHangUp : WhilePaused::kNothing);
}

// The client's side is closed once it has taken what there is for it; the task's side at once, which may never take it.
void ChannelRelay::on_closed(Side& side, const Error& /*error*/) {
  side.connection.reset();
  if (&side == &client_) task_.connection.reset();
  if (!side.other->connection) return std::exchange(on_end_, nullptr)();
  if (!ended_) send(*client_.connection, ChannelEnded{.how = ChannelEnded::How::kBroken, .message = lost_});
  client_.connection->finish();
}

}  // namespace sennit::wire

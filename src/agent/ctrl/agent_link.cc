#include "agent/ctrl/agent_link.h"

#include <utility>

#include "wire/messages.h"

namespace sennit::agent {

AgentLink::AgentLink(loop::Loop& loop, UniqueFd socket, AttemptId attempt, std::uint32_t incarnation, Sink& sink)
    : attempt_(attempt), incarnation_(incarnation), sink_(sink), pause_(loop) {
  if (socket) connection_ = std::make_unique<wire::Connection>(loop, std::move(socket), *this);
}

AgentLink::~AgentLink() = default;

void AgentLink::started(Instant at, std::uint32_t pid, std::uint32_t download_ms) {
  if (!connection_) return;
  wire::send(*connection_, wire::Started{fact::AttemptStarted{attempt_, pid, at, incarnation_, download_ms}});
}

void AgentLink::at_barrier() {
  if (connection_) wire::send(*connection_, wire::AtBarrier{attempt_, incarnation_});
}

void AgentLink::exited(const AttemptExit& exit) {
  tell_size();
  if (connection_) wire::send(*connection_, wire::Exited{fact::AttemptExited{attempt_, exit, incarnation_}});
}

void AgentLink::grew(std::uint64_t size) {
  size_ = size;
  if (pause_.is_armed() || !connection_) return;
  tell_size();
  pause_.arm_after(kGrewPause, [this] { tell_size(); });
}

void AgentLink::tell_size() {
  if (size_ == told_ || !connection_) return;
  told_ = size_;
  wire::send(*connection_, wire::Grew{attempt_, size_});
}

void AgentLink::transferring(TransferWay way, const TransferProgress& progress) {
  if (connection_) wire::send(*connection_, wire::Transferring{{attempt_, way, progress}});
}

void AgentLink::progressed(Instant at, std::vector<NamedValue> values) {
  if (connection_) wire::send(*connection_, wire::Progressed{{attempt_, at, std::move(values)}});
}

void AgentLink::contained(std::uint32_t pid) {
  if (connection_) wire::send(*connection_, wire::Contained{attempt_, pid});
}

void AgentLink::flush() {
  if (connection_) connection_->flush();
}

void AgentLink::on_frame(wire::FrameType type, std::string_view payload) {
  const Result<wire::Message> message = wire::decode_message(type, payload);
  if (!message) return;
  if (const auto* stop = std::get_if<wire::Stop>(&*message)) return sink_.on_stop(stop->grace);
  if (std::holds_alternative<wire::Release>(*message)) return sink_.on_release();
  if (std::holds_alternative<wire::Pause>(*message)) return sink_.on_paused(true);
  if (std::holds_alternative<wire::Continue>(*message)) return sink_.on_paused(false);
  if (const auto* follow = std::get_if<wire::Follow>(&*message)) return sink_.on_output_held(follow->held);
}

void AgentLink::on_closed(Error /*error*/) { connection_.reset(); }

}  // namespace sennit::agent

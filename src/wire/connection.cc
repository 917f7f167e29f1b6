#include "wire/connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "loop/lifetime.h"
#include "loop/outbox.h"
#include "loop/timer.h"
#include "loop/watch.h"

namespace sennit::wire {
namespace {

constexpr int kReadsPerTurn = 4;                  // then the others of the loop have their turn
constexpr std::size_t kFlushAtOnce = 256 * 1024;  // a long turn does not keep the peer waiting for its end

}  // namespace

class Connection::Impl {
 public:
  Impl(loop::Loop& loop, UniqueFd socket, Handler& handler, ProtocolRange range, Bytes limit)
      : socket_(std::move(socket)),
        handler_(&handler),
        range_(range),
        decoder_(limit),
        turn_end_(loop, [this] { on_turn_end(); }),
        waited_(loop) {
    append_frame(outbox_.tail(), kHelloFrame, format_hello(range_));
    turn_end_.request();
    auto added =
        loop::Watch::add(loop, socket_.get(), loop::Interest::kRead, [this](loop::Ready ready) { on_ready(ready); });
    if (!added) {
      failure_ = std::move(added).error();
      return;
    }
    watch_ = std::move(added).value();
  }

  void send(FrameType type, std::string_view payload, Urgency urgency) {
    if (!open_ || failure_ || finishing_) return;
    append_frame(outbox_.tail(), type, payload);
    if (urgency == Urgency::kThisTurn) {
      turn_end_.request();
    } else if (!waited_.is_armed()) {
      // Not cancelled when the frame leaves earlier: to let it pass costs less than to arm it for each frame.
      waited_.arm_after(kLongestWait, [this] { turn_end_.request(); });
    }
    if (outbox_.size() > kFlushAtOnce) write();
    if (outbox_.size() > kHighWater) above_high_water_ = true;
  }

  std::size_t buffered() const { return outbox_.size(); }

  // Calls nobody: what there is to tell is told at the end of the turn.
  void write() {
    if (!open_ || failure_ || socket_full_) return;
    Result<loop::Outbox::Written> written = outbox_.write_to(socket_);
    if (!written) {
      write_failed(std::move(written).error());
      return;
    }
    socket_full_ = *written == loop::Outbox::Written::kSocketFull;
    update_interest();
    if (above_high_water_ && outbox_.size() < kLowWater) turn_end_.request();
    if (finishing_ && outbox_.size() == 0) turn_end_.request();
  }

  void pause_reading(WhilePaused told) {
    paused_ = true;
    told_while_paused_ = told;
    update_interest();
  }

  void resume_reading() {
    if (!std::exchange(paused_, false)) return;
    resumed_ = true;  // frames that came before the pause are in the decoder, of which the socket does not tell
    update_interest();
    turn_end_.request();
  }

  void finish() {
    finishing_ = true;
    pause_reading(WhilePaused::kNothing);
    turn_end_.request();
  }

  void hand_over(Handler& handler) { handler_ = &handler; }

  Result<UniqueFd> release() {
    if (!open_ || failure_) return Error(ErrorCode::kUnavailable, "the connection is closed");
    if (!decoder_.at_boundary()) return Error(ErrorCode::kConflict, "the peer did not wait for its turn");
    write();
    if (failure_) return *failure_;
    if (outbox_.size() > 0) return Error(ErrorCode::kExhausted, "the peer does not read");
    open_ = false;
    watch_.remove();
    return std::move(socket_);
  }

  bool is_open() const { return open_; }

 private:
  void update_interest() {
    const auto wanted = (paused_ ? 0U : static_cast<unsigned>(loop::Interest::kRead)) |
                        (socket_full_ ? static_cast<unsigned>(loop::Interest::kWrite) : 0U);
    const bool hang_up = wanted == 0 && told_while_paused_ == WhilePaused::kHangUp;
    watch_.set(hang_up ? loop::Interest::kHangUp : static_cast<loop::Interest>(wanted));
  }

  // A peer that has gone may have said why: then the reader finds first its last frames and then the end, if it pauses
  // once it has resumed.
  void write_failed(Error error) {
    outbox_.clear();
    socket_full_ = false;
    turn_end_.request();
    if (error.code() == ErrorCode::kUnavailable) return update_interest();
    failure_ = std::move(error);
  }

  void on_turn_end() {
    if (!open_) return;
    const loop::Lifetime::Guard guard(lifetime_);
    write();
    if (failure_) return close(*std::exchange(failure_, std::nullopt));
    if (finishing_ && outbox_.size() == 0) return close(Error(ErrorCode::kCancelled, "ended by us"));
    tell_drained();
    if (guard.ended() || !open_ || !std::exchange(resumed_, false)) return;
    hand_out_frames();
  }

  void on_ready(loop::Ready ready) {
    const loop::Lifetime::Guard guard(lifetime_);
    if (ready.writable && socket_full_) {
      socket_full_ = false;
      turn_end_.request();  // which writes, together with what this turn adds
    }
    if (paused_ && ready.hung_up && told_while_paused_ == WhilePaused::kHangUp) {
      return close(Error(ErrorCode::kUnavailable, "the peer closed the connection"));
    }
    if (ready.readable && !paused_) read();
  }

  void tell_drained() {
    if (!above_high_water_ || outbox_.size() >= kLowWater) return;
    above_high_water_ = false;
    handler_->on_drained();
  }

  void read() {
    const loop::Lifetime::Guard guard(lifetime_);
    // Frames from before a pause come first, and before the end that may be all there is to read.
    if (std::exchange(resumed_, false)) hand_out_frames();
    if (guard.ended() || !open_ || paused_) return;
    for (int i = 0; i < kReadsPerTurn; ++i) {
      const std::span<char> space = decoder_.space();
      const ssize_t count = ::recv(socket_.get(), space.data(), space.size(), 0);
      if (count == 0) return close(end_of_stream());
      if (count < 0) {
        if (errno != EAGAIN && errno != EINTR) close(Error::from_errno("read from peer", errno));
        return;
      }
      decoder_.commit(static_cast<std::size_t>(count));
      hand_out_frames();
      const bool more = !guard.ended() && open_ && !paused_ && static_cast<std::size_t>(count) == space.size();
      if (!more) return;
    }
  }

  void hand_out_frames() {
    const loop::Lifetime::Guard guard(lifetime_);
    while (!guard.ended() && open_ && !paused_) {
      Frame frame;
      const Result<bool> found = decoder_.next(frame);
      if (!found) return close(found.error());
      if (!*found) return;
      take(frame);
    }
  }

  void take(const Frame& frame) {
    if (greeted_ != (frame.type != kHelloFrame)) {
      return close(Error(ErrorCode::kCorrupt, greeted_ ? "the peer said hello twice" : "the peer did not say hello"));
    }
    if (greeted_) return handler_->on_frame(frame.type, frame.payload);
    const Result<ProtocolRange> theirs = parse_hello(frame.payload);
    if (!theirs) return close(theirs.error());
    const Result<std::uint32_t> version = common_version(range_, *theirs);
    if (!version) return close(version.error());
    greeted_ = true;
    handler_->on_open(*version);
  }

  Error end_of_stream() const {
    const char* where =
        decoder_.at_boundary() ? "the peer closed the connection" : "the peer was cut off within a frame";
    return {ErrorCode::kUnavailable, where};
  }

  // The last thing that is done: the handler may destroy us.
  void close(Error error) {
    open_ = false;
    watch_.remove();
    socket_.reset();
    outbox_.clear();
    handler_->on_closed(std::move(error));
  }

  UniqueFd socket_;
  loop::Watch watch_;
  Handler* handler_;
  ProtocolRange range_;
  FrameDecoder decoder_;
  loop::Outbox outbox_;
  loop::TurnEnd turn_end_;
  loop::Timer waited_;  // a frame that may wait has waited long enough
  loop::Lifetime lifetime_;
  std::optional<Error> failure_;  // to be told at the end of the turn
  bool open_ = true;
  bool greeted_ = false;
  bool paused_ = false;
  WhilePaused told_while_paused_ = WhilePaused::kNothing;
  bool resumed_ = false;
  bool socket_full_ = false;
  bool above_high_water_ = false;
  bool finishing_ = false;
};

Connection::Connection(loop::Loop& loop, UniqueFd socket, Handler& handler, ProtocolRange range, Bytes limit)
    : impl_(std::make_unique<Impl>(loop, std::move(socket), handler, range, limit)) {}
Connection::~Connection() = default;
void Connection::send(FrameType type, std::string_view payload, Urgency urgency) {
  impl_->send(type, payload, urgency);
}
std::size_t Connection::buffered() const { return impl_->buffered(); }
void Connection::flush() { impl_->write(); }
void Connection::finish() { impl_->finish(); }
void Connection::hand_over(Handler& handler) { impl_->hand_over(handler); }
Result<UniqueFd> Connection::release() { return impl_->release(); }
void Connection::pause_reading(WhilePaused told) { impl_->pause_reading(told); }
void Connection::resume_reading() { impl_->resume_reading(); }
bool Connection::is_open() const { return impl_->is_open(); }

}  // namespace sennit::wire

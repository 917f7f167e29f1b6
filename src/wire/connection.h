// A connection that carries frames both ways over a stream socket, on the loop.
//
// What is sent during a turn of the loop leaves in one write at its end: batching is what lets one server and one
// agent exchange tens of thousands of small messages a second. Both sides begin with a hello that names the protocol
// versions they speak; the highest common one is told to on_open, and nothing is handed out before it.
//
// Threads:   the loop's.
// Ownership: owns the descriptor; the handler must outlive the connection. The handler may destroy the connection
//            from within any of its functions. Destroying it drops what is still buffered (see flush()).
// Errors:    send() has none; whatever ends the connection is told once to on_closed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "loop/loop.h"
#include "wire/frame.h"
#include "wire/hello.h"

namespace sennit::wire {

class Connection {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;
    // The peer's hello has come: `protocol` is the version both speak.
    virtual void on_open(std::uint32_t /*protocol*/) {}
    // `payload` is valid during the call only, and only until the handler destroys the connection.
    virtual void on_frame(FrameType type, std::string_view payload) = 0;
    // Buffered output had gone over kHighWater and has fallen under kLowWater again.
    virtual void on_drained() {}
    // The last call: kUnavailable (the peer closed), kCorrupt (not our frames), kConflict (no common protocol
    // version), kExhausted, kIo or kCancelled (finish()). Frames that came before the end have been handed out.
    virtual void on_closed(Error error) = 0;
  };

  // `limit`: of the payload of a frame that the peer may send.
  Connection(loop::Loop& loop, UniqueFd socket, Handler& handler, ProtocolRange range = {},
             Bytes limit = kMaxFrameBytes);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // When a frame leaves. One that may wait goes with the next that does not, so that both cost the peer one wake-up,
  // and after kLongestWait in any case.
  enum class Urgency { kThisTurn, kMayWait };
  static constexpr Micros kLongestWait = std::chrono::milliseconds(2);

  // Queues one frame. After the connection has closed it does nothing. The payload must not exceed kMaxFrameBytes.
  void send(FrameType type, std::string_view payload, Urgency urgency = Urgency::kThisTurn);

  // Bytes queued and not yet taken by the kernel. A producer that can wait stops above kHighWater and goes on at
  // on_drained; the bound is the producer's, because only it knows what may wait.
  std::size_t buffered() const;

  // Writes what is queued now instead of at the end of the turn, as far as the socket takes it: before an exit.
  void flush();

  // Takes no more frames, sends what is queued, and closes: on_closed comes then, with kCancelled.
  void finish();

  // From now on `handler` is told, in place of the one before.
  void hand_over(Handler& handler);

  // Gives up the socket to somebody who goes on with it where we are: both have said hello, what was queued has left
  // and nothing that came is unread. The connection is closed, and nobody is told.
  // Fails: kConflict (the peer has said more already), kExhausted (the socket does not take what is queued).
  Result<UniqueFd> release();

  // Stops or resumes reading: back-pressure towards the peer. One of whom nothing is wanted any more once he is gone
  // may be watched for that in the meantime; what he said before is not read then.
  enum class WhilePaused : std::uint8_t { kNothing, kHangUp };
  void pause_reading(WhilePaused told = WhilePaused::kNothing);
  void resume_reading();

  bool is_open() const;  // until on_closed

  static constexpr std::size_t kHighWater = 1024 * 1024;
  static constexpr std::size_t kLowWater = 256 * 1024;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::wire

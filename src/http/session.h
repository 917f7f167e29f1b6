// One connection of a server: reads requests one after the other, and writes what their responders say.
//
// The session is a state machine (Phase); what it has to tell others it tells from the loop (readiness, a timer, the
// end of the turn), never from within a call that a responder's user makes.
//
// Threads:   the loop's.
// Ownership: the server's. The current responder belongs to the request's handler; both know each other until one goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "http/message.h"
#include "http/request_reader.h"
#include "http/response_head.h"
#include "http/server.h"
#include "http/websocket.h"
#include "loop/lifetime.h"
#include "loop/loop.h"
#include "loop/outbox.h"
#include "loop/timer.h"
#include "loop/watch.h"

namespace sennit::http {

class SessionResponder;

class Session {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_request(Request request, std::unique_ptr<Responder> responder) = 0;
    // The connection is closed. The session is still on the stack: to be destroyed later.
    virtual void on_end(Session& session) = 0;
  };

  // `options` must outlive the session. Fails: as Watch::add.
  static Result<std::unique_ptr<Session>> open(loop::Loop& loop, UniqueFd socket, const ServerOptions& options,
                                               Owner& owner);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Takes no more requests, ends what is open, writes what is complete, and closes.
  void stop();
  // Closes now, whatever is left.
  void end();

  // Whether a request is being read or answered.
  bool is_active() const;

 private:
  friend class SessionResponder;

  enum class Phase : std::uint8_t {
    kReading,    // between requests, or within one
    kAnswering,  // a handler has it and has said nothing yet
    kStreaming,  // the head of a stream has been said
    kClosing,    // what is buffered is written, and nothing follows
    kLingering,  // our side is shut; input is dropped until the client closes, so that it can read our last answer
    kEnded,
  };
  enum class Deadline : std::uint8_t { kNone, kIdle, kHeader, kBody, kWrite, kLinger };

  Session(loop::Loop& loop, UniqueFd socket, const ServerOptions& options, Owner& owner);

  // For the responder.
  void answer(const Response& response);
  void begin_stream(int status, std::string_view content_type, const std::vector<Header>& headers);
  void append(std::string_view chunk);
  void finish_stream();
  Result<std::unique_ptr<WebSocket>> upgrade(WebSocket::Handler& handler);
  void cut();  // ends the connection at the end of the turn
  std::size_t buffered() const { return outbox_.size(); }

  void on_ready(loop::Ready ready);
  void read();
  void on_end_of_input();
  void on_turn_end();
  void on_deadline();

  void advance();
  void dispatch();
  void refuse(const Refusal& refusal);
  void complete();
  void end_for_stop();
  bool write();
  void tell_drained();
  void close_when_written();

  void update();
  void update_deadline();
  Deadline current_deadline() const;
  Micros time_for(Deadline deadline) const;
  bool wants_input() const;

  loop::Loop& loop_;
  UniqueFd socket_;
  loop::Watch watch_;
  const ServerOptions& options_;
  Owner& owner_;
  RequestReader reader_;
  loop::Outbox outbox_;
  loop::Timer timer_;
  loop::TurnEnd turn_end_;
  loop::Lifetime lifetime_;
  std::string inbox_;  // bytes that no request has taken yet

  SessionResponder* responder_ = nullptr;  // of the current request, at kAnswering and kStreaming
  Phase phase_ = Phase::kReading;
  Deadline deadline_ = Deadline::kNone;

  // Of the current request.
  std::string websocket_key_;  // "": it asks for no WebSocket
  Afterwards afterwards_ = Afterwards::kKeepAlive;
  Framing stream_framing_ = Framing::kChunked;
  bool is_head_ = false;
  bool is_http_1_0_ = false;

  bool progressed_ = false;        // the current deadline begins anew
  bool unread_input_ = false;      // the inbox may hold a whole request
  bool socket_full_ = false;       // the kernel takes no more for now
  bool above_high_water_ = false;  // the responder has been held back
  bool client_finished_ = false;   // it has shut its side and may still be reading
  bool stopping_ = false;
  bool doomed_ = false;  // cut() was called
};

}  // namespace sennit::http

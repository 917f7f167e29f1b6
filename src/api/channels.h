// The open channels of clients: each a WebSocket on one side and a connection to the place where the task runs on the
// other. Bytes are handed on as they come; what one side does not take is not read from the other.
//
// Threads:   the loop's.
// Ownership: owns both sides of every channel.
#pragma once

#include <cstddef>
#include <list>
#include <memory>

#include "api/records.h"
#include "api/route.h"
#include "base/result.h"
#include "engine/engine.h"
#include "http/responder.h"
#include "model/ids.h"
#include "wire/channel_messages.h"
#include "wire/connection.h"

namespace sennit::api {

// Who makes the way to an attempt: its runner.
class ChannelOpener {
 public:
  virtual ~ChannelOpener() = default;
  // What comes then are frames of wire/channel_messages, ChannelReady or ChannelEnded first.
  // Fails: kUnavailable (the place is not connected now).
  virtual Result<std::unique_ptr<wire::Connection>> open_channel(const AttemptId& attempt,
                                                                 wire::Connection::Handler& handler) = 0;
};

class Channels {
 public:
  static constexpr std::size_t kMost = 4096;

  Channels(engine::Engine& engine, ChannelOpener& opener);
  ~Channels();
  Channels(const Channels&) = delete;
  Channels& operator=(const Channels&) = delete;

  // Answers a request for one into a task of the record: by a WebSocket, or by an error. One that asks for no WebSocket
  // is told by 426 that there is a way in.
  void open(const Record& record, TaskIndex task, Action action, const http::Request& request,
            std::unique_ptr<http::Responder> responder);

  // Tells every client that it is over: the server stops.
  void close_all();

  std::size_t size() const { return channels_.size(); }

 private:
  class Channel;
  void open(const AttemptId& attempt, wire::ChannelRequest request, std::unique_ptr<http::Responder> responder);

  engine::Engine& engine_;
  ChannelOpener& opener_;
  std::list<std::unique_ptr<Channel>> channels_;
};

}  // namespace sennit::api

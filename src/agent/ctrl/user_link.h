// Ctrl's side of data.sock: the entry process of a container (src/user), and the `sennit` commands of its task.
//
// The entry process may connect again and again, and so may the next ctrl in place of this one: output is known by its
// position, and what is handed to the handler follows without gap or repetition on what was there before.
//
// What connects lives in the task's container and may say anything. Bounded are the size of a frame, the number of
// connections, and the output that is handed out and not acknowledged.
//
// Threads:   the loop's.
// Ownership: the handler outlives the link. The handler may not destroy the link from within its functions.
// Errors:    open() fails as loop::UnixListener::open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "loop/loop.h"
#include "wire/connection.h"
#include "wire/user_messages.h"

namespace sennit::agent {

using RequestId = StrongId<struct RequestIdTag, std::uint64_t>;

struct UserLinkOptions {
  // Where to listen. A longer path than a socket address can hold is fine: the directory is opened first.
  std::string socket;
  // Of the entry process whose output is stored in part already, up to `position`. 0: none has begun yet.
  std::uint64_t session = 0;
  std::uint64_t position = 0;
};

class UserLink {
 public:
  class Handler {
   public:
    virtual ~Handler() = default;
    // The entry process has come, or come again.
    virtual void on_joined(const wire::UserInfo& info) = 0;
    // It went away; it comes again if it lives.
    virtual void on_left(const Error& error) = 0;
    // Another entry process is there instead of the one that had the command: nobody will know how that ended.
    virtual void on_replaced() = 0;
    // On each connection once it runs.
    virtual void on_started(const wire::CommandStarted& started) = 0;
    // `output.position` is where the last one ended. To be acknowledged, at any time, once it is stored.
    virtual void on_output(const wire::Output& output) = 0;
    // Bytes of output that the entry process does not have any more, right before the next on_output.
    virtual void on_missing(std::uint64_t bytes) = 0;
    // All output has been handed out. On each connection until exit_stored().
    virtual void on_ended(const wire::CommandEnded& ended) = 0;
    // To be answered with answer(), the last one being Part::kEnd.
    virtual void on_request(RequestId id, const wire::Request& request) = 0;
    // What answer() has queued is sent, for the most part.
    virtual void on_request_drained(RequestId id) = 0;
    virtual void on_request_gone(RequestId id) = 0;
    // A connection that wants to become a channel into the task, and one that the task's side made for it when it was
    // called by dial(). Both are given away, and have no handler any more.
    virtual void on_channel_wanted(std::unique_ptr<wire::Connection> client) = 0;
    virtual void on_channel_joined(std::uint64_t key, std::unique_ptr<wire::Connection> task) = 0;
  };

  static Result<std::unique_ptr<UserLink>> open(loop::Loop& loop, UserLinkOptions options, Handler& handler);
  ~UserLink();
  UserLink(const UserLink&) = delete;
  UserLink& operator=(const UserLink&) = delete;

  bool is_joined() const;

  // Orders the command, now or when the entry process comes, until it has begun.
  void start(wire::StartCommand command);
  // No command will be ordered; told now or when the entry process comes.
  void dismiss(std::uint32_t code, std::string message);
  // Lost if the entry process is away.
  void signal(std::uint32_t number);
  // Output up to `position` is stored. Told once a turn.
  void acknowledge(std::uint64_t position);
  // Nothing is read from the entry process until it is not held any more: its command waits once all is full. Until
  // then nobody learns of its end either.
  void hold_output(bool held);
  // Has the entry process make a connection for a channel. Lost if it is away.
  void dial(std::uint64_t key);
  // The end is stored; told now and whenever the entry process comes again.
  void exit_stored();

  // Of a request that has gone: nothing happens. kFull: go on at on_request_drained.
  enum class Room : std::uint8_t { kMore, kFull };
  Room answer(RequestId id, const wire::Answer& answer);

  // Writes what is queued now: before an exit.
  void flush();

 private:
  class Impl;
  explicit UserLink(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::agent

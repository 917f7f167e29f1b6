// The open channels of this host's attempts: hands each connection that asks for one to whoever serves it.
//
// Beside a plain process and in a sandbox that is a process of sennit-user, which gets the connection itself: nothing
// of what flows comes by here. A container's ctrl is called, and frames are handed on.
//
// Threads:   the loop's. Ownership: owns the connections that it hands on and the processes that it started; destroying
//            it ends both.
// Errors:    what cannot be opened is told to the client, as ChannelEnded.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "agent/confinement.h"
#include "base/result.h"
#include "loop/loop.h"
#include "model/ids.h"
#include "wire/connection.h"

namespace sennit::agent {

// How one gets into a running attempt.
struct IntoProcess {
  const Confined* processes = nullptr;
};
struct IntoSandbox {
  int socket = -1;  // that its sennit-user takes connections from (launch/prepared.h)
};
struct IntoContainer {
  std::string socket;  // where its ctrl listens
};
using WayIn = std::variant<IntoProcess, IntoSandbox, IntoContainer>;

class ChannelTable {
 public:
  // `inside`: where sennit-user lies.
  ChannelTable(loop::Loop& loop, Confinement& confinement, std::string inside);
  ~ChannelTable();
  ChannelTable(const ChannelTable&) = delete;
  ChannelTable& operator=(const ChannelTable&) = delete;

  // `caller` has asked for a channel into the attempt, and for nothing more yet.
  void open(std::unique_ptr<wire::Connection> caller, const AttemptId& attempt, const Result<WayIn>& way);

  // The attempt is over: so are its channels.
  void end(const AttemptId& attempt);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::agent

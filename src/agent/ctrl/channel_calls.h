// Brings the two connections of a channel together in ctrl: the one of the agent, who wants a way into the task, and
// the one that the entry process makes when it is called.
//
// Threads: the loop's. Ownership: owns both connections.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>

#include "loop/loop.h"
#include "loop/timer.h"
#include "wire/channel_relay.h"

namespace sennit::agent {

class ChannelCalls {
 public:
  // `dial` calls the entry process.
  ChannelCalls(loop::Loop& loop, std::function<void(std::uint64_t key)> dial);
  ChannelCalls(const ChannelCalls&) = delete;
  ChannelCalls& operator=(const ChannelCalls&) = delete;
  ~ChannelCalls();

  void want(std::unique_ptr<wire::Connection> client);
  // No channel can be had: the client is told why.
  void refuse(std::unique_ptr<wire::Connection> client, const char* why);
  // One that nobody waits for (any more) is closed.
  void join(std::uint64_t key, std::unique_ptr<wire::Connection> task);

 private:
  struct Waiting;
  void give_up(std::uint64_t key, const char* why);

  loop::Loop& loop_;
  std::function<void(std::uint64_t)> dial_;
  std::uint64_t last_key_;
  std::map<std::uint64_t, std::unique_ptr<Waiting>> waiting_;
  std::list<std::unique_ptr<wire::ChannelRelay>> relays_;
};

}  // namespace sennit::agent

// What happens on the server, as it happens: of all workflows, or in detail of one.
//
// Across servers that go away: the stream goes on where it was. While there is none, that is told.
//
// Threads:   one of its own; all functions on the drawing thread.
// Ownership: ends its thread.
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "client/server_launch.h"
#include "tui/feed/wakeup.h"
#include "views/views.h"

namespace sennit::tui {

class EventWatch {
 public:
  static constexpr std::size_t kMostWaiting = 20'000;  // events; beyond, what is shown is asked for anew

  EventWatch(client::ServerPlace place, const Wakeup& wakeup);
  ~EventWatch();
  EventWatch(const EventWatch&) = delete;
  EventWatch& operator=(const EventWatch&) = delete;

  struct News {
    std::vector<views::EventView> events;
    bool missed = false;  // there were too many
    std::string lost;     // why there is no connection; "": there is one
  };
  // Since the last call.
  News take();

 private:
  void run();
  void tell(const views::EventView& event);

  const client::ServerPlace place_;
  const Wakeup& wakeup_;
  const Wakeup stopping_;
  std::mutex mutex_;  // guards what follows
  News news_;
  bool stop_ = false;
  std::thread thread_;  // last
};

}  // namespace sennit::tui

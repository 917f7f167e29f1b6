// What a workflow and its tasks are at, as it changes: pieces, the first of which together tell all of it.
//
// Across servers that go away: all of it is told again then. Pieces that nobody takes hold the stream back, and the
// server tells what has changed meanwhile once.
//
// Threads:   one of its own; all functions on the drawing thread.
// Ownership: ends its thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "client/server_launch.h"
#include "client/status.h"
#include "tui/feed/wakeup.h"
#include "views/views.h"

namespace sennit::tui {

class StatusWatch {
 public:
  static constexpr std::size_t kMostWaiting = 8;  // pieces

  StatusWatch(client::ServerPlace place, const Wakeup& wakeup, std::string workflow);
  ~StatusWatch();
  StatusWatch(const StatusWatch&) = delete;
  StatusWatch& operator=(const StatusWatch&) = delete;

  struct News {
    std::vector<views::WorkflowView> pieces;  // each with the groups that are new or have changed
    bool is_over = false;                     // nothing more comes: the workflow is finished, or it is in trouble
    std::string trouble;                      // why it cannot be told; "": it can
  };
  // Since the last call.
  News take();

 private:
  void run();
  http::Flow tell(client::StatusPiece piece);

  const client::ServerPlace place_;
  const Wakeup& wakeup_;
  const Wakeup stopping_;
  const std::string workflow_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable taken_;
  News news_;
  bool stop_ = false;
  std::thread thread_;  // last
};

}  // namespace sennit::tui

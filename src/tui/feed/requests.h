// Requests to the server that the drawing thread does not wait for.
//
// They are sent one after the other, on a connection that is made again when it was lost; what came of each is handed
// back on the thread that asked, by deliver().
//
// Threads:   one of its own; all functions on the drawing thread.
// Ownership: ends its thread, with whatever request is on its way.
// Errors:    a request's own, to its answer.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "client/api.h"
#include "client/server_launch.h"
#include "tui/feed/wakeup.h"

namespace sennit::tui {

class Requests {
 public:
  Requests(client::ServerPlace place, const Wakeup& wakeup);
  ~Requests();
  Requests(const Requests&) = delete;
  Requests& operator=(const Requests&) = delete;

  // `ask` runs on the thread, `take` gets its Result later on ours.
  template <class Ask, class Take>
  void send(Ask ask, Take take) {
    queue([ask = std::move(ask), take = std::move(take)](Result<client::Api*> api) mutable -> std::function<void()> {
      auto result = api ? ask(**api) : decltype(ask(**api))(api.error());
      return
          [take = std::move(take), result = std::make_shared<decltype(result)>(std::move(result))] { take(*result); };
    });
  }

  // Hands back what has come. Called when the wakeup rang.
  void deliver();

 private:
  using Work = std::function<std::function<void()>(Result<client::Api*>)>;
  void queue(Work work);
  void run();
  Result<client::Api*> connected(std::optional<client::Api>& api, const http::ClientOptions& options) const;

  const client::ServerPlace place_;
  const Wakeup& wakeup_;
  const Wakeup stopping_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Work> asked_;
  std::vector<std::function<void()>> answered_;
  bool stop_ = false;
  std::thread thread_;  // last
};

}  // namespace sennit::tui

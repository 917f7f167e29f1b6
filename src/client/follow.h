// Follows a workflow's events from a cursor on, each once and in order, until the workflow is finished.
//
// A server that is killed while it is followed does not end this: the connection is made again (with a new server if
// need be) and the stream goes on behind the last event that was seen. Tasks run on meanwhile, they are the agent's.
//
// Threads:   one; follow() waits, and calls `on_event` from within.
// Errors:    kCancelled when the wake descriptor became readable: call follow() again to go on. kNotFound and others
//            as the API says them; kUnavailable once no server could be kept for kMaxAttempts in a row.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "client/api.h"
#include "client/server_launch.h"
#include "views/views.h"

namespace sennit::client {

class EventFollower {
 public:
  static constexpr int kMaxAttempts = 5;  // connections lost in a row without one new event between

  struct Subject {
    std::string workflow;
    EventLevel level = EventLevel::kTasks;
    std::uint64_t after = 0;
    std::string task;  // "": all of them
  };
  // Told before another connection is tried, with the reason: for one line to the user.
  using OnLost = std::function<void(const Error&)>;
  using OnEvent = std::function<void(const views::EventView&)>;

  EventFollower(ServerPlace place, http::ClientOptions options, Subject subject)
      : place_(std::move(place)), options_(options), subject_(std::move(subject)) {}

  // Returns once the server has said that the workflow is finished.
  Result<void> follow(const OnEvent& on_event, const OnLost& on_lost);

  // Behind the last event seen.
  std::uint64_t cursor() const { return subject_.after; }

 private:
  Result<void> follow_once(const OnEvent& on_event);
  void take(const views::EventView& event, const OnEvent& on_event);

  ServerPlace place_;
  http::ClientOptions options_;
  Subject subject_;
  int lost_in_a_row_ = 0;
};

}  // namespace sennit::client

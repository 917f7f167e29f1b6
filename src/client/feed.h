// Follows what the whole server does, each event once, across servers that are killed and started again.
//
// Threads:   one; follow() waits, and calls `on_event` from within.
// Errors:    as EventFollower's.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "base/result.h"
#include "client/api.h"
#include "client/follow.h"

namespace sennit::client {

class FeedFollower {
 public:
  FeedFollower(ServerPlace place, http::ClientOptions options, FeedQuery query)
      : place_(std::move(place)), options_(options), query_(query) {}

  // Returns at the present end, or never if that is to be passed.
  Result<void> follow(const EventFollower::OnEvent& on_event, const EventFollower::OnLost& on_lost);

 private:
  Result<void> follow_once(const EventFollower::OnEvent& on_event);
  void take(const views::EventView& event, const EventFollower::OnEvent& on_event);

  ServerPlace place_;
  http::ClientOptions options_;
  FeedQuery query_;
  Instant latest_;                             // of what was seen
  std::map<std::string, std::uint64_t> seen_;  // by workflow, up to which event
  int lost_in_a_row_ = 0;
};

}  // namespace sennit::client

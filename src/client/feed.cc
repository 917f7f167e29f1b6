#include "client/feed.h"

#include <algorithm>

#include "client/sse_stream.h"
#include "views/json.h"

namespace sennit::client {

namespace {

// An event that happened while there was no server is told by the next one, with its own time.
constexpr Micros kToldLate = std::chrono::hours(1);

}  // namespace

void FeedFollower::take(const views::EventView& event, const EventFollower::OnEvent& on_event) {
  std::uint64_t& seen = seen_[event.workflow];
  if (event.seq <= seen) return;
  seen = event.seq;
  latest_ = std::max(latest_, event.at);
  lost_in_a_row_ = 0;
  on_event(event);
}

Result<void> FeedFollower::follow_once(const EventFollower::OnEvent& on_event) {
  if (latest_.is_set()) query_.since = std::max(query_.since, latest_ - kToldLate);
  SENNIT_ASSIGN(Api api, Api::connect(place_, IfAbsent::kStart, options_));
  const auto stream = [&](const OnChunk& on_chunk) { return api.feed(query_, on_chunk); };
  return read_events(stream, "the server's events", [&](const http::SseEvent& sse) -> Result<http::Flow> {
    SENNIT_ASSIGN(const views::EventView event, views::parse_event(sse.data));
    if (event.kind == "end" && event.workflow.empty()) return http::Flow::kStop;
    take(event, on_event);
    return http::Flow::kContinue;
  });
}

Result<void> FeedFollower::follow(const EventFollower::OnEvent& on_event, const EventFollower::OnLost& on_lost) {
  return read_on([&] { return follow_once(on_event); }, lost_in_a_row_, on_lost);
}

}  // namespace sennit::client

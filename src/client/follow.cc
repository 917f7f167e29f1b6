#include "client/follow.h"

#include <optional>
#include <utility>

#include "client/sse_stream.h"
#include "views/json.h"

namespace sennit::client {

void EventFollower::take(const views::EventView& event, const OnEvent& on_event) {
  // What is not journaled (progress, end) has no number. A number seen before comes after a lost connection.
  if (event.seq != 0) {
    if (event.seq <= subject_.after) return;
    subject_.after = event.seq;
    lost_in_a_row_ = 0;
  }
  on_event(event);
}

Result<void> EventFollower::follow_once(const OnEvent& on_event) {
  SENNIT_ASSIGN(Api api, Api::connect(place_, IfAbsent::kStart, options_));
  const EventQuery query{
      .after = subject_.after, .level = subject_.level, .limit = std::nullopt, .task = subject_.task};
  const auto stream = [&](const OnChunk& on_chunk) { return api.follow_events(subject_.workflow, query, on_chunk); };
  return read_events(stream, "the workflow's events", [&](const http::SseEvent& sse) -> Result<http::Flow> {
    SENNIT_ASSIGN(views::EventView event, views::parse_event(sse.data));
    if (event.kind.empty()) event.kind = sse.type;
    if (event.kind == "error") return Error(ErrorCode::kIo, event.message);
    take(event, on_event);
    return event.kind == "end" ? http::Flow::kStop : http::Flow::kContinue;
  });
}

Result<void> EventFollower::follow(const OnEvent& on_event, const OnLost& on_lost) {
  return read_on([&] { return follow_once(on_event); }, lost_in_a_row_, on_lost);
}

}  // namespace sennit::client

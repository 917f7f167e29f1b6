#include "client/feed.h"

#include <algorithm>
#include <optional>

#include "http/sse.h"
#include "views/json.h"

namespace sennit::client {

namespace {

// An event that happened while there was no server is told by the next one, with its own time.
constexpr Micros kToldLate = std::chrono::hours(1);

}  // namespace

void FeedFollower::take(const views::EventView& event, const EventFollower::OnEvent& on_event) {
  if (event.kind == "end" && event.workflow.empty()) {
    ended_ = true;
    return;
  }
  std::uint64_t& seen = seen_[event.workflow];
  if (event.seq <= seen) return;
  seen = event.seq;
  latest_ = std::max(latest_, event.at);
  lost_in_a_row_ = 0;
  on_event(event);
}

Result<void> FeedFollower::follow_once(const EventFollower::OnEvent& on_event) {
  SENNIT_ASSIGN(Api api, Api::connect(place_, IfAbsent::kStart, options_));
  http::SseParser parser;
  std::optional<Error> broken;
  loop::Callback<void(const http::SseEvent&)> on_sse([&](const http::SseEvent& sse) {
    if (broken || ended_) return;
    const Result<views::EventView> event = views::parse_event(sse.data);
    if (event) return take(*event, on_event);
    broken = event.error();
  });
  const Result<void> streamed = api.feed(query_, [&](std::string_view bytes) {
    Result<void> fed = parser.feed(bytes, on_sse);
    if (!fed) broken = std::move(fed).error();
    return broken || ended_ ? http::Flow::kStop : http::Flow::kContinue;
  });
  if (broken) return std::move(*broken).in("read the server's events");
  if (!streamed) return streamed.error();
  if (!ended_) return Error(ErrorCode::kUnavailable, "the server ended the stream of events");
  return {};
}

Result<void> FeedFollower::follow(const EventFollower::OnEvent& on_event, const EventFollower::OnLost& on_lost) {
  while (!ended_) {
    Result<void> result = follow_once(on_event);
    if (ended_) break;
    if (!result && result.error().code() != ErrorCode::kUnavailable) return result;
    if (!result && ++lost_in_a_row_ > EventFollower::kMaxAttempts) return result;
    if (!result) on_lost(result.error());
    if (latest_.is_set()) query_.since = std::max(query_.since, latest_ - kToldLate);
  }
  return {};
}

}  // namespace sennit::client

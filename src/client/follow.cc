#include "client/follow.h"

#include <optional>
#include <string_view>
#include <utility>

#include "http/sse.h"
#include "views/json.h"

namespace sennit::client {

void EventFollower::take(const views::EventView& event, const OnEvent& on_event) {
  // What is not journaled (progress, end) has no number. A number seen before comes after a lost connection.
  if (event.seq != 0) {
    if (event.seq <= subject_.after) return;
    subject_.after = event.seq;
    lost_in_a_row_ = 0;
  }
  if (event.kind == "end") ended_ = true;
  on_event(event);
}

Result<void> EventFollower::follow_once(const OnEvent& on_event) {
  SENNIT_ASSIGN(Api api, Api::connect(place_, IfAbsent::kStart, options_));
  http::SseParser parser;
  std::optional<Error> broken;
  loop::Callback<void(const http::SseEvent&)> on_sse([&](const http::SseEvent& sse) {
    if (broken || ended_) return;
    Result<views::EventView> event = views::parse_event(sse.data);
    if (!event) {
      broken = std::move(event).error();
      return;
    }
    if (event->kind.empty()) event->kind = sse.type;
    if (event->kind == "error") {
      broken = Error(ErrorCode::kIo, event->message);
      return;
    }
    take(*event, on_event);
  });
  const Result<void> streamed = api.follow_events(
      subject_.workflow,
      {.after = subject_.after, .level = subject_.level, .limit = std::nullopt, .task = subject_.task},
      [&](std::string_view bytes) {
        Result<void> fed = parser.feed(bytes, on_sse);
        if (!fed) broken = std::move(fed).error();
        return broken || ended_ ? http::Flow::kStop : http::Flow::kContinue;
      });
  if (broken) return std::move(*broken).in("read the workflow's events");
  if (!streamed) return streamed.error();
  if (!ended_) return Error(ErrorCode::kUnavailable, "the server ended the stream of events");
  return {};
}

Result<void> EventFollower::follow(const OnEvent& on_event, const OnLost& on_lost) {
  while (!ended_) {
    Result<void> result = follow_once(on_event);
    if (ended_) break;
    if (!result && result.error().code() != ErrorCode::kUnavailable) return result;
    if (!result && ++lost_in_a_row_ > kMaxAttempts) return result;
    if (!result) on_lost(result.error());
  }
  return {};
}

}  // namespace sennit::client

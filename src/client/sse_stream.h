// A stream of server-sent events, taken apart as it comes. For this room's own sources.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "client/api.h"
#include "client/follow.h"
#include "http/sse.h"

namespace sennit::client {

// `stream` calls what it is given with the bytes, as Api's functions do. Fails: kUnavailable if the stream ended before
// `on_event` said that it is over (kStop), its errors, and those of the stream.
template <class Stream>
Result<void> read_events(const Stream& stream, std::string_view what,
                         const std::function<Result<http::Flow>(const http::SseEvent&)>& on_event) {
  http::SseParser parser;
  std::optional<Error> broken;
  bool over = false;
  loop::Callback<void(const http::SseEvent&)> on_sse([&](const http::SseEvent& sse) {
    if (broken || over) return;
    const Result<http::Flow> flow = on_event(sse);
    if (!flow) broken = flow.error();
    over = flow && *flow == http::Flow::kStop;
  });
  const Result<void> streamed = stream([&](std::string_view bytes) {
    if (Result<void> fed = parser.feed(bytes, on_sse); !fed) broken = std::move(fed).error();
    return broken || over ? http::Flow::kStop : http::Flow::kContinue;
  });
  if (broken) return std::move(*broken).in("read " + std::string(what));
  if (over) return {};
  if (!streamed) return streamed.error();
  return Error(ErrorCode::kUnavailable, "the server ended the stream of " + std::string(what));
}

// Calls `once` until it succeeds, across servers that go away; `lost_in_a_row` is set to 0 by whoever sees that it goes
// on.
template <class Once>
Result<void> read_on(const Once& once, int& lost_in_a_row, const EventFollower::OnLost& on_lost) {
  for (;;) {
    Result<void> result = once();
    if (result || result.error().code() != ErrorCode::kUnavailable) return result;
    if (++lost_in_a_row > EventFollower::kMaxAttempts) return result;
    on_lost(result.error());
  }
}

}  // namespace sennit::client

#include "tui/feed/event_watch.h"

#include <poll.h>

#include <utility>

#include "base/clock.h"
#include "client/feed.h"
#include "tui/feed/quiet_thread.h"

namespace sennit::tui {
namespace {

constexpr int kPauseMs = 1000;  // before a server is looked for again that could not be had

}  // namespace

EventWatch::EventWatch(client::ServerPlace place, const Wakeup& wakeup) : place_(std::move(place)), wakeup_(wakeup) {
  thread_ = quiet_thread([this] { run(); });
}

EventWatch::~EventWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.ring();
  thread_.join();
}

EventWatch::News EventWatch::take() {
  const std::lock_guard lock(mutex_);
  News news = std::move(news_);
  news_ = {.events = {}, .missed = false, .lost = news.lost};
  return news;
}

void EventWatch::tell(const views::EventView& event) {
  const std::lock_guard lock(mutex_);
  news_.lost.clear();
  if (news_.events.size() >= kMostWaiting) {
    news_.events.clear();
    news_.missed = true;
  }
  if (!news_.missed) news_.events.push_back(event);
  wakeup_.ring();
}

void EventWatch::run() {
  http::ClientOptions options;
  options.wake_fd = stopping_.fd();
  client::FeedFollower follower(
      place_, options,
      {.since = SystemClock().now(), .level = client::EventLevel::kTasks, .follow = client::FeedQuery::Follow::kYes});
  for (;;) {
    const auto lost = [this](const Error& why) {
      const std::lock_guard lock(mutex_);
      news_.lost = why.message();
      news_.missed = true;  // what changed until the next event is seen by asking
      wakeup_.ring();
    };
    const Result<void> followed = follower.follow([this](const views::EventView& event) { tell(event); }, lost);
    if (!followed && followed.error().code() != ErrorCode::kCancelled) lost(followed.error());
    pollfd state{.fd = stopping_.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&state, 1, followed ? 0 : kPauseMs) > 0) return;
  }
}

}  // namespace sennit::tui

#include "tui/feed/status_watch.h"

#include <poll.h>

#include <utility>

#include "tui/feed/quiet_thread.h"

namespace sennit::tui {
namespace {

constexpr int kPauseMs = 1000;  // before a server is looked for again that could not be had

}  // namespace

StatusWatch::StatusWatch(client::ServerPlace place, const Wakeup& wakeup, std::string workflow)
    : place_(std::move(place)), wakeup_(wakeup), workflow_(std::move(workflow)) {
  thread_ = quiet_thread([this] { run(); });
}

StatusWatch::~StatusWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.ring();
  taken_.notify_all();
  thread_.join();
}

StatusWatch::News StatusWatch::take() {
  const std::lock_guard lock(mutex_);
  News news = std::move(news_);
  news_ = {.pieces = {}, .is_over = news.is_over, .trouble = news.trouble};
  taken_.notify_all();
  return news;
}

http::Flow StatusWatch::tell(client::StatusPiece piece) {
  std::unique_lock lock(mutex_);
  taken_.wait(lock, [this] { return stop_ || news_.pieces.size() < kMostWaiting; });
  if (stop_) return http::Flow::kStop;
  news_.trouble.clear();
  news_.pieces.push_back(std::move(piece.view));
  wakeup_.ring();
  return http::Flow::kContinue;
}

void StatusWatch::run() {
  const http::ClientOptions options{.wake_fd = stopping_.fd()};
  client::StatusFollower follower(place_, options, workflow_);
  const auto lost = [this](const Error& why) {
    const std::lock_guard lock(mutex_);
    news_.trouble = why.message();
    wakeup_.ring();
  };
  const auto on_piece = [this](client::StatusPiece piece) { return tell(std::move(piece)); };
  Result<void> followed = follower.follow(on_piece, lost);
  while (!followed && followed.error().code() == ErrorCode::kUnavailable) {
    lost(followed.error());
    pollfd state{.fd = stopping_.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&state, 1, kPauseMs) > 0) return;
    followed = follower.follow(on_piece, lost);
  }
  const std::lock_guard lock(mutex_);
  news_.is_over = true;
  news_.trouble = followed || followed.error().code() == ErrorCode::kCancelled ? "" : followed.error().message();
  wakeup_.ring();
}

}  // namespace sennit::tui

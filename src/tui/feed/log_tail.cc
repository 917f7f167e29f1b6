#include "tui/feed/log_tail.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "client/log_frames.h"
#include "tui/feed/quiet_thread.h"

namespace sennit::tui {
namespace {

constexpr int kPauseMs = 1000;  // before a server is looked for again

}  // namespace

void LastLines::clear() { *this = {}; }

void LastLines::add(std::string_view bytes) {
  // Only the end of so much is kept anyway.
  if (bytes.size() > kMostBytes) {
    const std::string_view passed_over = bytes.substr(0, bytes.size() - kMostBytes);
    const auto ends = static_cast<std::uint64_t>(std::ranges::count(passed_over, '\n'));
    const std::uint64_t dropped = dropped_ + lines_.size() - (open_ ? 1 : 0) + ends;
    clear();
    dropped_ = dropped;
    bytes.remove_prefix(passed_over.size());
  }
  for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
    add_part(bytes.substr(0, end));
    end_line();
    bytes.remove_prefix(end + 1);
  }
  add_part(bytes);
}

// Of one line, with carriage returns. (find_first_of both ends is ten times as slow as a search for each.)
void LastLines::add_part(std::string_view part) {
  for (std::size_t end = part.find('\r'); end != std::string_view::npos; end = part.find('\r')) {
    add_piece(part.substr(0, end));
    returned_ = true;
    part.remove_prefix(end + 1);
  }
  add_piece(part);
}

void LastLines::add_piece(std::string_view piece) {
  if (piece.empty()) return;
  if (!std::exchange(open_, true)) lines_.emplace_back();
  std::string& line = lines_.back();
  if (std::exchange(returned_, false)) {
    bytes_ -= line.size();
    line.clear();
  }
  const std::size_t count = std::min(piece.size(), kLongestLine - std::min(kLongestLine, line.size()));
  line.append(piece, 0, count);
  bytes_ += count;
  trim();
}

void LastLines::trim() {
  while (lines_.size() > 1 && (bytes_ > kMostBytes || lines_.size() > kMostLines)) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
    ++dropped_;
  }
}

void LastLines::end_line() {
  if (!open_) lines_.emplace_back();
  open_ = false;
  returned_ = false;
  trim();
}

LogTail::LogTail(client::ServerPlace place, const Wakeup& wakeup, Subject subject)
    : place_(std::move(place)), wakeup_(wakeup), subject_(std::move(subject)) {
  thread_ = quiet_thread([this] { run(); });
}

LogTail::~LogTail() {
  stopping_.ring();
  thread_.join();
}

void LogTail::run() {
  http::ClientOptions options;
  options.wake_fd = stopping_.fd();
  client::LogFrames frames;
  client::LogQuery query;
  query.task = subject_.task;
  query.attempt = subject_.attempt;
  query.tail = LastLines::kMostLines;
  query.follow = client::LogQuery::Follow::kYes;
  if (subject_.timestamps) query.timestamps = client::LogQuery::Timestamps::kYes;
  if (subject_.merged) query.order = client::LogQuery::Order::kByTime;
  query.framed = client::LogQuery::Framed::kYes;
  for (;;) {
    Result<client::Api> api = client::Api::connect(place_, client::IfAbsent::kStart, options);
    query.cursor = frames.cursor();
    frames.cut();
    Result<void> followed = api ? Result<void>() : api.error();
    if (api) {
      followed = api->logs(subject_.workflow, query, [&](std::string_view chunk) {
        const std::lock_guard lock(mutex_);
        trouble_.clear();
        const Result<void> understood = frames.feed(chunk, [&](std::string_view text) {
          lines_.add(text);
          return true;
        });
        wakeup_.ring();
        return understood ? http::Flow::kContinue : http::Flow::kStop;
      });
    }
    if (followed || followed.error().code() == ErrorCode::kCancelled) return;
    {
      const std::lock_guard lock(mutex_);
      trouble_ = followed.error().message();
      wakeup_.ring();
    }
    if (followed.error().code() != ErrorCode::kUnavailable) return;
    pollfd state{.fd = stopping_.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&state, 1, kPauseMs) > 0) return;
  }
}

}  // namespace sennit::tui

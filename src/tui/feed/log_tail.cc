#include "tui/feed/log_tail.h"

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "client/log_frames.h"
#include "tui/feed/quiet_thread.h"
#include "views/json.h"

namespace sennit::tui {
namespace {

constexpr int kPauseMs = 1000;  // before a server is looked for again

// (find_first_of makes a call for each byte: at 100 MB/s that alone took half of a core.)
std::size_t first_control(std::string_view bytes) {
  const auto is_control = [](char byte) { return byte == '\n' || byte == '\r' || byte == '\x1b'; };
  return static_cast<std::size_t>(std::ranges::find_if(bytes, is_control) - bytes.begin());
}

}  // namespace

Result<TaskAttempts> attempts_of(client::Api& api, const std::string& workflow, const std::string& task) {
  client::MetricsQuery query;
  query.task = task;
  SENNIT_ASSIGN(const std::string json, api.facts_json(workflow, client::TaskFacts::kMetrics, query));
  SENNIT_ASSIGN(const views::MetricsView answer, views::parse_metrics(json));
  if (answer.tasks.empty()) return Error(ErrorCode::kNotFound, "nothing is known of " + task);
  return TaskAttempts{.workflow = answer.workflow, .latest = answer.tasks.front().retry_id};
}

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
  while (!bytes.empty()) {
    if (!escape_.empty()) {
      take_escape(bytes);
      continue;
    }
    const std::size_t end = first_control(bytes);
    add_piece(bytes.substr(0, end));
    if (end == bytes.size()) return;
    if (bytes[end] == '\n') end_line();
    if (bytes[end] == '\r') returned_ = true;
    if (bytes[end] == '\x1b') escape_ = "\x1b";
    bytes.remove_prefix(end + 1);
  }
}

// Only one that moves the cursor up means something here, ESC [ 2 A or F: all others stay in the line.
void LastLines::take_escape(std::string_view& bytes) {
  constexpr std::size_t kLongest = 8;
  const char byte = bytes.front();
  const bool goes_on = escape_.size() == 1 ? byte == '[' : byte >= '0' && byte <= '9' && escape_.size() < kLongest;
  if (goes_on) {
    escape_ += byte;
    bytes.remove_prefix(1);
    return;
  }
  const std::string begun = std::exchange(escape_, "");
  if (begun.size() == 1 || (byte != 'A' && byte != 'F')) return add_piece(begun);
  std::size_t count = 0;
  std::from_chars(begun.data() + 2, begun.data() + begun.size(), count);
  go_up(std::max<std::size_t>(count, 1));
  bytes.remove_prefix(1);
}

void LastLines::go_up(std::size_t count) {
  up_ = std::min(up_ + count, bottom());
  returned_ = up_ > 0 || open_;
}

// That is written.
std::string& LastLines::line() {
  if (up_ > 0) return lines_[bottom() - up_];
  if (!std::exchange(open_, true)) lines_.emplace_back();
  return lines_.back();
}

void LastLines::add_piece(std::string_view piece) {
  if (piece.empty()) return;
  std::string& written = line();
  if (std::exchange(returned_, false)) {
    bytes_ -= written.size();
    written.clear();
  }
  const std::size_t count = std::min(piece.size(), kLongestLine - std::min(kLongestLine, written.size()));
  written.append(piece, 0, count);
  bytes_ += count;
  trim();
}

void LastLines::trim() {
  while (lines_.size() > 1 && (bytes_ > kMostBytes || lines_.size() > kMostLines)) {
    bytes_ -= lines_.front().size();
    lines_.pop_front();
    ++dropped_;
  }
  up_ = std::min(up_, bottom());
}

void LastLines::end_line() {
  if (up_ > 0) {
    --up_;
    returned_ = up_ > 0 || open_;
    return;
  }
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

std::optional<TaskAttempts> LogTail::attempts() {
  const std::lock_guard lock(mutex_);
  return attempts_;
}

bool LogTail::is_over() {
  const std::lock_guard lock(mutex_);
  return over_;
}

Result<void> LogTail::follow(client::Api& api, const client::LogQuery& query, client::LogFrames& frames) {
  return api.logs(subject_.workflow, query, [&](std::string_view chunk) {
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
    if (api && subject_.one_attempt && !query.attempt) {
      // What may be wrong with the answer, that to the next question says as well.
      const Result<TaskAttempts> attempts = attempts_of(*api, subject_.workflow, subject_.task);
      const std::lock_guard lock(mutex_);
      if (attempts) attempts_ = *attempts;
      if (attempts) query.attempt = attempts->latest;
    }
    query.cursor = frames.cursor();
    frames.cut();
    const Result<void> followed = api ? follow(*api, query, frames) : api.error();
    if (!followed && followed.error().code() == ErrorCode::kCancelled) return;
    {
      const std::lock_guard lock(mutex_);
      over_ = followed.ok();
      if (!followed) trouble_ = followed.error().message();
      wakeup_.ring();
    }
    if (followed || followed.error().code() != ErrorCode::kUnavailable) return;
    pollfd state{.fd = stopping_.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&state, 1, kPauseMs) > 0) return;
  }
}

}  // namespace sennit::tui

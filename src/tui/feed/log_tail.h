// The end of a task's log, followed: its last lines, however fast it grows.
//
// Threads:   one of its own; all functions on the drawing thread.
// Ownership: ends its thread.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "client/api.h"
#include "client/server_launch.h"
#include "tui/feed/wakeup.h"

namespace sennit::client {
class LogFrames;
}

namespace sennit::tui {

// What the server knows of a task: its workflow's id, whatever it is asked for by, and its latest attempt.
struct TaskAttempts {
  std::string workflow;
  std::uint32_t latest = 0;
};
// Waits for the answer, which is small.
Result<TaskAttempts> attempts_of(client::Api& api, const std::string& workflow, const std::string& task);

// Of the lines of a log the last ones, with a bound for their number, their length and all of them. What stands behind
// a carriage return replaces what stood before it, and what comes when the cursor was moved up replaces the line there:
// so bars of progress draw themselves, also several of them. Pure.
class LastLines {
 public:
  static constexpr std::size_t kMostLines = 10'000;
  static constexpr std::size_t kLongestLine = 4096;  // bytes; what is beyond is left out
  static constexpr std::size_t kMostBytes = 8 * 1024 * 1024;

  void add(std::string_view bytes);
  void clear();
  const std::deque<std::string>& lines() const { return lines_; }
  std::uint64_t dropped() const { return dropped_; }  // lines, from the front

 private:
  void add_piece(std::string_view piece);
  std::string& line();
  void take_escape(std::string_view& bytes);
  void go_up(std::size_t count);
  std::size_t bottom() const { return lines_.size() - (open_ ? 1 : 0); }
  void end_line();
  void trim();

  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool open_ = false;      // the last line may go on
  bool returned_ = false;  // a carriage return has come: what comes next replaces the line
  std::size_t up_ = 0;     // lines that the cursor stands above the one that is written
  std::string escape_;     // of a sequence, as much as has come
};

class LogTail {
 public:
  struct Subject {
    std::string workflow;
    std::string task;                      // "": all of them
    std::optional<std::uint32_t> attempt;  // none: the latest
    bool one_attempt = false;              // and of a later one nothing
    bool timestamps = false;
    bool merged = false;  // all by time
    friend bool operator==(const Subject&, const Subject&) = default;
  };
  LogTail(client::ServerPlace place, const Wakeup& wakeup, Subject subject);
  ~LogTail();
  LogTail(const LogTail&) = delete;
  LogTail& operator=(const LogTail&) = delete;

  const Subject& subject() const { return subject_; }

  // As it was when this began; none: not yet, or it was not to be asked for.
  std::optional<TaskAttempts> attempts();
  // Nothing more comes: it has all of what has ended.
  bool is_over();

  // Calls `look` with the lines, which nothing is added to meanwhile.
  template <class Look>
  void read(const Look& look) {
    const std::lock_guard lock(mutex_);
    look(lines_, trouble_);
  }

 private:
  void run();
  Result<void> follow(client::Api& api, const client::LogQuery& query, client::LogFrames& frames);

  const client::ServerPlace place_;
  const Wakeup& wakeup_;
  const Wakeup stopping_;
  const Subject subject_;
  std::mutex mutex_;  // guards what follows
  LastLines lines_;
  std::string trouble_;  // why it cannot be shown; "": it can
  std::optional<TaskAttempts> attempts_;
  bool over_ = false;
  std::thread thread_;  // last
};

}  // namespace sennit::tui

// Lines out of what a task writes, as many of them as there is time for.
//
// A line ends at a newline, and where a bar is drawn anew (a carriage return, a backspace). Colours are left out. One
// that is longer than kLongestLine is not looked at, however long it is.
//
// A task may write faster than anybody can read: what goes beyond kBytesPerWindow is not looked at but for its end, so
// that the latest state of a bar is known; that end is read when there is time again (settle).
//
// Threads: any, one at a time. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace sennit::progress {

inline constexpr std::size_t kLongestLine = 8 * 1024;
inline constexpr std::size_t kBytesPerWindow = 64 * 1024;
inline constexpr Micros kWindow = std::chrono::milliseconds(100);

// Cuts one stream.
class LineCutter {
 public:
  using OnLine = std::function<void(std::string_view)>;

  void take(std::string_view bytes, const OnLine& on_line);
  // What follows is not what followed: the line that was begun is dropped.
  void break_off();
  bool has_begun() const { return !begun_.empty(); }
  // A bar that was drawn anew has no end before it is drawn once more: by then it is out of date.
  bool has_unseen_bar() const { return is_bar() && begun_.size() != seen_; }
  // Takes it for a line, once.
  void see_bar(const OnLine& on_line);
  // A line without an end is one now.
  void end(const OnLine& on_line);

 private:
  void line(std::string_view text, const OnLine& on_line);
  bool is_bar() const { return redrawn_ && !too_long_ && !begun_.empty(); }

  std::string begun_;
  bool redrawn_ = false;   // what was begun follows on a carriage return or a backspace
  std::size_t seen_ = 0;   // how much of it has been taken for a line
  bool too_long_ = false;  // up to the next end
  std::string plain_;      // without colours
};

class OutputReader {
 public:
  explicit OutputReader(LineCutter::OnLine on_line) : on_line_(std::move(on_line)) {}

  // `stream`: 0 or 1. `now`: on a clock that never jumps.
  void take(std::size_t stream, std::string_view bytes, Micros now);
  // Something was put off, or a bar stands as it was drawn last.
  bool is_behind() const { return streams_[0].is_behind() || streams_[1].is_behind(); }
  // A line has no end yet.
  bool has_begun() const { return streams_[0].cutter.has_begun() || streams_[1].cutter.has_begun(); }
  // Reads the ends of what was put off, and such a bar.
  void settle();
  // Nothing more comes.
  void end();

 private:
  struct Stream {
    LineCutter cutter;
    std::string tail;  // the last bytes of what was put off
    bool behind = false;
    bool is_behind() const { return behind || cutter.has_unseen_bar(); }
  };
  void put_off(Stream& stream, std::string_view bytes);
  void settle(Stream& stream);

  LineCutter::OnLine on_line_;
  std::array<Stream, 2> streams_;
  Micros window_{-1};
  std::size_t read_ = 0;  // in this window
};

}  // namespace sennit::progress

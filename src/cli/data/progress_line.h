// How far something is, for whoever waits for it: one line of a terminal that is written over, or now and then a line
// of its own where there is none.
//
// Threads: one at a time. Ownership: the session and the clock outlive it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/clock.h"
#include "cli/session.h"

namespace sennit::cli {

class ProgressLine {
 public:
  // For a line that may be as long as it likes.
  static constexpr std::size_t kWide = 200;

  ProgressLine(Session& session, const Clock& clock) : session_(session), clock_(clock), told_(clock.boot()) {}

  // `text(columns)`: what is to be said, in that many columns. Called only where it is shown.
  void show(const std::function<std::string(std::size_t columns)>& text);
  // Before anything else is said, and at the end.
  void clear();

 private:
  Session& session_;
  const Clock& clock_;
  Micros told_;  // when it was last a line of its own
  bool shown_ = false;
};

}  // namespace sennit::cli

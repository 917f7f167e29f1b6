// Standard input on a loop, whatever it is: a terminal, a pipe, a file, nothing.
//
// Threads: the loop's. Ownership: the descriptor stays open, and in the mode it has (others may share it).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "loop/loop.h"
#include "loop/watch.h"

namespace sennit::cli {

class InputWatch {
 public:
  // `on_bytes` gets what was read, `on_end` is called once at the end.
  InputWatch(loop::Loop& loop, std::function<void(std::string_view)> on_bytes, std::function<void()> on_end);

  void start();
  void pause();
  void resume();

 private:
  void read();

  loop::Loop& loop_;
  std::function<void(std::string_view)> on_bytes_;
  std::function<void()> on_end_;
  loop::Watch watch_;    // of what can be waited for
  loop::TurnEnd again_;  // of a file, which is always ready
  std::string buffer_;
  enum class State { kIdle, kReading, kPaused, kEnded } state_ = State::kIdle;
};

}  // namespace sennit::cli

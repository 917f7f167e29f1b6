// One run of a hook: a child with its input, bounded in time and in what is kept of its output.
//
// Threads:   the loop's, which must be the main thread (proc/spawner.h).
// Ownership: destroying a run kills it, its children included. `on_end` comes once, and may destroy the run.
// Errors:    start() as proc::Spawner::spawn; everything later is the HookEnd.
#pragma once

#include <memory>
#include <string>

#include "api/hooks/command.h"
#include "loop/callback.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/watch.h"
#include "proc/child.h"
#include "proc/spawner.h"

namespace sennit::api {

class HookRun {
 public:
  static Result<std::unique_ptr<HookRun>> start(loop::Loop& loop, proc::Spawner& spawner, const HookCommand& command,
                                                loop::Callback<void(HookEnd)> on_end);
  HookRun(const HookRun&) = delete;
  HookRun& operator=(const HookRun&) = delete;

 private:
  HookRun(loop::Loop& loop, const HookCommand& command, loop::Callback<void(HookEnd)> on_end);
  Result<void> watch(loop::Loop& loop);
  void drain();
  void out_of_time();
  void exited(const proc::ProcessEnd& end);

  Micros timeout_;
  bool is_url_;
  bool late_ = false;  // told to stop
  loop::Callback<void(HookEnd)> on_end_;
  loop::Timer timer_;
  proc::Child child_;
  UniqueFd out_;
  loop::Watch out_watch_;
  loop::Watch exit_watch_;
  std::string output_;  // the last of it
};

}  // namespace sennit::api

// How far the task in a container is by its own word: out of its output and out of the file that it was told to write
// it to, as the agent does it for processes (agent/progress_keeper.h).
//
// Threads: the loop's. Ownership: the loop outlives it. Errors: none; what cannot be seen is left out.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/progress_folder.h"
#include "agent/progress_keeper.h"
#include "base/clock.h"
#include "logs/secret_mask.h"
#include "loop/loop.h"
#include "loop/timer.h"
#include "loop/watch.h"
#include "wire/user_messages.h"

namespace sennit::agent {

class TaskProgress {
 public:
  using Tell = std::function<void(const std::vector<NamedValue>&)>;
  struct Options {
    std::string verb;
    std::string series;                            // the file that they are kept in
    std::string told;                              // the task's file, which is made
    std::shared_ptr<const logs::SecretMask> mask;  // shared with the output; null: nothing is secret
  };

  TaskProgress(loop::Loop& loop, const Options& options, Tell tell);
  ~TaskProgress();

  void take(const wire::Output& output);
  // The command has ended.
  void end();

 private:
  void read_told();
  void note();
  void settle();

  const SystemClock clock_;
  std::string told_;
  Tell tell_;
  ProgressKeeper keeper_;
  std::optional<ProgressFolder> folder_;
  loop::Watch watch_;
  loop::Timer pause_;
};

}  // namespace sennit::agent

// What `run` does after the submission: shows what happens until the workflow is finished.
//
// Ctrl-C asks the server to cancel and goes on following; a second one leaves at once. A lost terminal only leaves.
//
// Threads: the main thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/follow/interrupts.h"
#include "cli/follow/tally.h"
#include "cli/session.h"
#include "client/follow.h"

namespace sennit::cli {

struct Followed {
  std::string workflow;
  std::uint64_t tasks = 0;
  std::string outputs;
  std::uint64_t after = 0;    // the last event that is not to be told: of a workflow that goes on
  bool only_summary = false;  // what happened has been seen
};

class RunFollower {
 public:
  RunFollower(Session& session, Interrupts& interrupts, Followed followed);

  // Returns the exit code that the workflow's end, or the interruption, stands for.
  ExitCode follow();

 private:
  // What an interrupt means now: nullopt to go on following.
  std::optional<ExitCode> take_interrupt();
  void ask_to_cancel();
  void on_event(const views::EventView& event);
  void show_output(const views::EventView& event);
  void show_progress(const views::EventView& event);
  void print(std::string_view line);
  ExitCode finish();

  Session& session_;
  Interrupts& interrupts_;
  Followed followed_;
  Tally tally_;
  client::EventLevel level_;
  bool cancel_asked_ = false;
  bool on_terminal_;
  std::size_t outputs_shown_ = 0;
  std::chrono::steady_clock::time_point last_progress_{};
};

}  // namespace sennit::cli

// What `run` does after the submission: shows what happens until the workflow is finished.
//
// A line for each change, in small workflows; in large ones for failures, up to a number of them, and now and then one
// of how far it is. What is known at the end is the same.
//
// Ctrl-C asks the server to cancel and goes on following; a second one leaves at once. A lost terminal only leaves.
//
// Threads: the main thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/follow/display.h"
#include "cli/follow/interrupts.h"
#include "cli/follow/progress_watch.h"
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

class RunFollower final : private Displayed {
 public:
  RunFollower(Session& session, Interrupts& interrupts, Followed followed);

  // Returns the exit code that the workflow's end, or the interruption, stands for.
  ExitCode follow();

 private:
  std::vector<BlockLine> block(const BlockLook& look) const override;
  void catch_up() override;
  std::string standing() const override;

  Result<void> open_display(const client::ServerPlace& place);
  void close_display();
  // Until its end, or until there is no going on.
  ExitCode follow_to_the_end(const client::ServerPlace& place);
  // What an interrupt means now: nullopt to go on following.
  std::optional<ExitCode> take_interrupt();
  void ask_to_cancel();
  void on_event(const views::EventView& event);
  void show_change(const views::EventView& event);
  void show_output(const views::EventView& event);
  void show_progress(const views::EventView& event);
  ExitCode finish();

  Session& session_;
  Interrupts& interrupts_;
  Followed followed_;
  Tally tally_;
  bool draws_block_;
  client::EventLevel level_;
  std::unique_ptr<Display> display_;
  std::unique_ptr<ProgressWatch> progress_;  // none: the block is not drawn, or there are too many tasks
  bool cancel_asked_ = false;
  std::size_t outputs_shown_ = 0;
  std::size_t news_told_ = 0;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_progress_{};
};

}  // namespace sennit::cli

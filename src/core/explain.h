// Why is it not running, and why did it fail: one sentence, the numbers behind it, and what to do next.
//
// Computed when somebody asks; costs up to one pass over the workflow's tasks, and with the place in the queue and the
// estimates another one over what waits (core/queue_order.h, core/estimate.h), made once for all tasks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "core/estimate.h"
#include "core/queue_order.h"
#include "core/state.h"

namespace sennit::core {

// What kind of answer it is, for programs.
enum class Cause : std::uint8_t {
  kUpstream,   // waits for tasks before it
  kResources,  // waits for its turn, or for CPUs, memory, GPUs
  kPaused,     // waits for somebody to let it go on
  kRetry,      // waits for its next attempt
  kStarting,
  kBarrier,  // waits for the others of its group
  kRunning,
  kStopping,
  kCompleted,
  kFailed,
  kNotStarted,  // could not be started
  kOutOfMemory,
  kLost,
  kPreempted,
  kTimedOut,
  kCanceled,
  kUpstreamFailed,
};
// "upstream", "resources", ... "timed_out", "upstream_failed"
std::string_view to_string(Cause cause);

// The attempt whose last lines say more.
struct AttemptLog {
  TaskIndex task;
  std::uint32_t number = 0;
};

struct Why {
  Cause cause = Cause::kRunning;
  std::string headline;              // one sentence, without a full stop
  std::vector<std::string> details;  // numbers and names, one a line
  std::string hint;                  // a command to go on with; "": none
  std::optional<AttemptLog> log;
  Instant expected_start;  // not set: not known
  Instant expected_end;
};

// Explains one workflow and its tasks at one moment. Works for unfinished workflows and for finished ones (also from a
// snapshot: `state` then only knows the hosts). Points to all that it is given.
class Explanations {
 public:
  Explanations(const State& state, const WorkflowState& workflow, Instant now, KnownDurations durations = {});

  Why workflow();
  Why task(TaskIndex task);

  // Made at the first call.
  const QueueOrder& queue();
  const Estimate& estimate();
  // Of another workflow, too; null: nothing is known.
  const PastDurations* durations(const WorkflowState& workflow) const;

 private:
  const State& state_;
  const WorkflowState& workflow_;
  Instant now_;
  KnownDurations durations_;
  std::optional<QueueOrder> queue_;
  std::optional<Estimate> estimate_;
};

// One explanation, without estimates.
Why explain_workflow(const State& state, const WorkflowState& workflow, Instant now);
Why explain_task(const State& state, const WorkflowState& workflow, TaskIndex task, Instant now);

}  // namespace sennit::core

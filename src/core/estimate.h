// What is to be expected, from how long tasks ran before: when a task that waits for resources gets them, when a
// workflow ends, what its GPUs will cost. Pure; made when somebody asks.
//
// The queue is played forward: what runs ends after the median of earlier runs, what waits is placed in its order and
// keeps its places as the scheduler does it, and the tasks of the workflow that is asked about become ready as those
// before them end. What nobody knows a duration of never ends here, and whatever depends on it is not foretold.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/instant.h"
#include "core/cost.h"
#include "core/past_durations.h"
#include "core/queue_order.h"
#include "core/state.h"

namespace sennit::core {

// What is known of a workflow's tasks; null: nothing.
using KnownDurations = std::function<const PastDurations*(const WorkflowState&)>;

struct Expected {
  Instant at;            // not before now
  std::size_t runs = 0;  // the fewest earlier runs that one of the medians behind it stands on
};

class Estimate {
 public:
  // Plays the queue forward, at most kMostPlaced placements far; the end of a longer workflow is reckoned from the pace
  // up to there.
  static Estimate of(const State& state, const QueueOrder& queue, const WorkflowState& workflow,
                     const KnownDurations& durations, Instant now);

  // When the task, which waits for resources, gets them.
  std::optional<Expected> start_of(TaskIndex task) const;
  std::optional<Expected> end() const { return end_; }

  static constexpr std::size_t kMostPlaced = 20'000;

 private:
  friend class Forecast;
  std::map<TaskIndex, Expected> starts_;  // by the first task of each group
  std::optional<Expected> end_;
};

// When the task, which runs, is expected to end: in the past if it takes longer than usual.
std::optional<Expected> expected_end(const WorkflowState& workflow, TaskIndex task, const PastDurations& durations);

// GPU time of the whole workflow: of all attempts so far, and what is left of the medians. Nothing if some task that
// wants a GPU is not known.
struct ExpectedUse {
  GpuTime gpu_time;
  std::size_t runs = 0;
};
std::optional<ExpectedUse> expected_gpu_time(const WorkflowState& workflow, const PastDurations& durations,
                                             Instant now);

// "about 12 min", "about 3 h 20 min": as exact as it is meant.
std::string about(Micros duration);
// "median of 5 runs"
std::string basis(std::size_t runs);

}  // namespace sennit::core

// A workflow's history. See views.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "views/workflow_views.h"

namespace sennit::views {

// What an event did to the status of tasks, of groups or of the workflow: one move, of all that moved alike.
struct MoveView {
  std::string of;                         // "task", "group", "workflow"
  std::vector<std::string> names;         // the first of them, in order
  std::uint64_t more = 0;                 // moved alike and not named
  std::optional<std::uint32_t> retry_id;  // of tasks: the attempt
  bool with_task = false;                 // of groups of one task: it moves as that does
  std::string from;
  std::string to;
  std::string reason;
  friend bool operator==(const MoveView&, const MoveView&) = default;
};

// One line of a workflow's history. `kind` is one of: submitted, placed, started, at_barrier, barrier_released,
// restarted, stopping, ended, rescheduled, retry_due, group, workflow, cancel_asked, preempted, requeued, paused,
// resumed, limits_set, reopened, progress, end.
struct EventView {
  std::uint64_t seq = 0;  // cursor; 0 for what is not journaled (progress, end)
  Instant at;
  std::string kind;
  std::string workflow;
  std::string group;
  std::string task;
  std::optional<std::uint32_t> retry_id;
  std::string status;  // entered by this event; "": none
  std::optional<std::int32_t> exit_code;
  std::string message;
  std::optional<TaskCounts> counts;  // progress and end
  std::optional<UsageView> usage;    // ended and rescheduled
  std::string gpus;                  // placed: "0,1"
  std::optional<CostView> cost;      // end
  std::vector<MoveView> moves;       // in order; only where all of the history is asked for
  friend bool operator==(const EventView&, const EventView&) = default;
};

struct EventList {
  std::vector<EventView> events;
  friend bool operator==(const EventList&, const EventList&) = default;
};

}  // namespace sennit::views

// What an attempt's end means: classification (reference: section 4.3), exit actions (4.4), retries of jobs. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/state.h"
#include "model/fact.h"
#include "model/status.h"
#include "model/workflow.h"

namespace sennit::core {

// How often an exit action may reschedule a task that names no limit of its own.
inline constexpr std::uint32_t kRescheduleLimit = 3;
// Losses in a row that do not use up max_retries.
inline constexpr std::uint32_t kFreeLosses = 3;

struct Verdicted {
  Status status = Status::kFailed;
  std::optional<std::int32_t> exit_code;
  std::string message;
};

// What the runner saw, as a status, before any exit action.
Verdicted classify(const AttemptExit& exit);

// What an exit action made of a status.
struct ExitDecision {
  Status status = Status::kFailed;
  std::optional<ExitActionKind> applied;
  bool limit_reached = false;  // RESCHEDULE matched, but there were `limit` retries already
};

// The first of `actions`, then of `pool_actions`, whose range holds the code decides. No code, no action.
ExitDecision apply_exit_actions(Status status, std::optional<std::int32_t> exit_code,
                                std::span<const ExitAction> actions, std::span<const ExitAction> pool_actions,
                                std::uint32_t retries, std::uint32_t limit);

// How the engine goes on after an attempt that nobody asked to stop.
struct Ending {
  Verdicted verdict;  // status RESCHEDULED: another attempt follows
  Instant due;        // of that attempt
  bool lost = false;  // it does not count as a retry
};
Ending ending_of(const TaskState& task, const TaskPolicy& policy, const AttemptExit& exit, Instant now);

// "SIGKILL" for 9; "signal 99" for one without a name.
std::string signal_name(int number);

// "1h30m", "45s", "250ms": for messages.
std::string readable(Micros duration);

}  // namespace sennit::core

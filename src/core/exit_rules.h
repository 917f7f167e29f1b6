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
  bool limit_reached = false;  // RESCHEDULE or RESTART matched, but there were `limit` retries already
};

// The first of `actions`, then of `pool_actions`, whose range holds the code decides. No code, no action.
ExitDecision apply_exit_actions(Status status, std::optional<std::int32_t> exit_code,
                                std::span<const ExitAction> actions, std::span<const ExitAction> pool_actions,
                                std::uint32_t retries, std::uint32_t limit);

// How the engine goes on after an attempt that nobody asked to stop.
struct Ending {
  enum class Next : std::uint8_t {
    kNothing,  // the task has ended
    kAttempt,  // another attempt follows, at `due`; the verdict's status is RESCHEDULED
    kCommand,  // the same attempt goes on: its command is started again in place
  };
  Verdicted verdict;
  Next next = Next::kNothing;
  Instant due;
  bool lost = false;  // it does not count as a retry
};
Ending ending_of(const WorkflowState& workflow, TaskIndex task, const AttemptExit& exit, Instant now);

// The wait before a job's retry, when `retries` were made before.
Micros delay_before_retry(const TaskPolicy& policy, std::uint32_t retries);

// "SIGKILL" for 9; "signal 99" for one without a name.
std::string signal_name(int number);

// "1h30m", "45s", "250ms": for messages.
std::string readable(Micros duration);

}  // namespace sennit::core

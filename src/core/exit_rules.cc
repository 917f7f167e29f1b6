#include "core/exit_rules.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "model/exit_codes.h"

namespace sennit::core {
namespace {

// Numbers of Linux on every architecture that we build for; <csignal> has no names to print.
constexpr std::array<std::string_view, 32> kSignals = {
    "",          "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
    "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
    "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
    "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS"};

constexpr int kKill = 9;  // SIGKILL

Status status_of_code(std::int32_t code) {
  if (code == exit_codes::kLost) return Status::kFailedBackendError;
  if (code == exit_codes::kServerError) return Status::kFailedServerError;
  if (code == exit_codes::kStartError) return Status::kFailedStartError;
  if (code == exit_codes::kEvicted) return Status::kFailedEvicted;
  if (code == exit_codes::kStartTimeout) return Status::kFailedStartTimeout;
  if (code == exit_codes::kPreempted) return Status::kFailedPreempted;
  return Status::kFailed;
}

const ExitAction* first_match(std::span<const ExitAction> actions, std::int32_t code) {
  for (const ExitAction& action : actions) {
    if (code >= 0 && action.first <= static_cast<std::uint32_t>(code) &&
        static_cast<std::uint32_t>(code) <= action.last) {
      return &action;
    }
  }
  return nullptr;
}

Status status_of_action(ExitActionKind action) {
  switch (action) {
    case ExitActionKind::kComplete: return Status::kCompleted;
    case ExitActionKind::kFail: return Status::kFailed;
    case ExitActionKind::kReschedule:
    case ExitActionKind::kRestart: return Status::kRescheduled;
  }
  return Status::kFailed;
}

std::string with_reason(std::string message, std::string_view reason) {
  if (message.empty()) return std::string(reason);
  return fmt::format("{}; {}", message, reason);
}

Ending retry(Verdicted verdict, Instant due) {
  verdict.status = Status::kRescheduled;
  return {std::move(verdict), due, false};
}

// Jobs: `max_retries` failures start the job again; losses are free, up to a limit.
Ending after_failure(const TaskState& task, const TaskPolicy& policy, Verdicted verdict, Instant now) {
  if (policy.max_retries == 0 || !is_failed(verdict.status)) return {std::move(verdict), {}, false};
  if (verdict.status == Status::kFailedBackendError && task.lost_in_a_row < kFreeLosses && task.free_retries < 255) {
    Ending ending = retry(std::move(verdict), now);
    ending.lost = true;
    return ending;
  }
  const std::uint32_t retries = task.number - task.free_retries;
  if (retries < policy.max_retries) return retry(std::move(verdict), now + policy.retry_delay);
  verdict.message = with_reason(std::move(verdict.message),
                                fmt::format("failed after {} {}", retries, retries == 1 ? "retry" : "retries"));
  return {std::move(verdict), {}, false};
}

}  // namespace

std::string signal_name(int number) {
  if (number > 0 && static_cast<std::size_t>(number) < kSignals.size()) {
    return std::string(kSignals[static_cast<std::size_t>(number)]);
  }
  return fmt::format("signal {}", number);
}

std::string readable(Micros duration) {
  std::int64_t us = duration.count();
  if (us < 1'000) return fmt::format("{}us", us);
  if (us < 1'000'000) return fmt::format("{}ms", us / 1'000);
  if (us < 60'000'000) {
    const std::int64_t ms = us / 1'000;
    return fmt::format("{}s", static_cast<double>(ms) / 1'000);
  }
  std::string text;
  const std::array<std::pair<std::int64_t, char>, 4> units = {
      {{86'400'000'000, 'd'}, {3'600'000'000, 'h'}, {60'000'000, 'm'}, {1'000'000, 's'}}};
  for (const auto& [size, letter] : units) {
    if (us >= size) text += fmt::format("{}{}", us / size, letter);
    us %= size;
  }
  return text;
}

namespace {

// "killed for memory: peak 1.9 GiB, limit 2 GiB"
std::string memory_death(const AttemptExit& exit) {
  std::string text = "killed for memory: ";
  if (exit.out_of_memory == OutOfMemory::kHost) text += "the host ran out of it; ";
  text += fmt::format("peak {}, ", readable(exit.usage.max_memory));
  if (exit.memory_limit.count() == 0) return text + "no limit of its own";
  return text + fmt::format("limit {}", readable(exit.memory_limit));
}

// The kernel may have killed the command itself, or a process of it that the command went on without.
Verdicted out_of_memory(const AttemptExit& exit) {
  const bool exited = exit.how == AttemptExit::How::kExited;
  std::string message = memory_death(exit);
  if (exited && exit.code == 0) message = "one of its processes was " + message;
  if (exited && exit.code != 0 && exit.code != exit_codes::of_signal(kKill)) {
    message += fmt::format("; the command then exited with code {}", exit.code);
  }
  if (!exit.message.empty()) message = with_reason(std::move(message), exit.message);
  if (exited && exit.code == 0) return {Status::kCompleted, 0, std::move(message)};
  return {Status::kFailedEvicted, exit_codes::kEvicted, std::move(message)};
}

}  // namespace

Verdicted classify(const AttemptExit& exit) {
  const bool ran = exit.how == AttemptExit::How::kExited || exit.how == AttemptExit::How::kSignaled;
  if (ran && exit.out_of_memory != OutOfMemory::kNo) return out_of_memory(exit);
  switch (exit.how) {
    case AttemptExit::How::kExited:
      return {exit.code == 0 ? Status::kCompleted : Status::kFailed, exit.code, exit.message};
    case AttemptExit::How::kSignaled: {
      std::string message = exit.message;
      if (message.empty()) message = fmt::format("killed by {}", signal_name(exit.code));
      return {Status::kFailed, exit_codes::of_signal(exit.code), std::move(message)};
    }
    case AttemptExit::How::kNotStarted: return {status_of_code(exit.code), exit.code, exit.message};
    case AttemptExit::How::kLost: {
      std::string message = exit.message.empty() ? "its host no longer knows it" : exit.message;
      return {Status::kFailedBackendError, exit_codes::kLost, std::move(message)};
    }
  }
  return {Status::kFailed, exit_codes::kUnknown, exit.message};
}

ExitDecision apply_exit_actions(Status status, std::optional<std::int32_t> exit_code,
                                std::span<const ExitAction> actions, std::span<const ExitAction> pool_actions,
                                std::uint32_t retries, std::uint32_t limit) {
  if (!exit_code || !is_finished(status)) return {status, std::nullopt, false};
  const ExitAction* action = first_match(actions, *exit_code);
  if (action == nullptr) action = first_match(pool_actions, *exit_code);
  if (action == nullptr) return {status, std::nullopt, false};
  const Status wanted = status_of_action(action->action);
  if (wanted == status) return {status, std::nullopt, false};
  if (wanted == Status::kRescheduled && retries >= limit) return {status, std::nullopt, true};
  return {wanted, action->action, false};
}

Ending ending_of(const TaskState& task, const TaskPolicy& policy, const AttemptExit& exit, Instant now) {
  Verdicted verdict = classify(exit);
  const std::uint32_t retries = task.number - task.free_retries;
  const std::uint32_t limit = policy.max_retries > 0 ? policy.max_retries : kRescheduleLimit;
  const ExitDecision decision =
      apply_exit_actions(verdict.status, verdict.exit_code, policy.exit_actions, {}, retries, limit);
  if (decision.limit_reached) {
    verdict.message = with_reason(std::move(verdict.message),
                                  fmt::format("not rescheduled again: the limit of {} retries is reached", limit));
    return {std::move(verdict), {}, false};
  }
  if (!decision.applied) return after_failure(task, policy, std::move(verdict), now);
  if (decision.status == Status::kRescheduled) return retry(std::move(verdict), now);
  verdict.message = with_reason(std::move(verdict.message),
                                fmt::format("exit action makes code {} {}", *verdict.exit_code,
                                            decision.status == Status::kCompleted ? "a success" : "a failure"));
  verdict.status = decision.status;
  return {std::move(verdict), {}, false};
}

}  // namespace sennit::core

#include "core/exit_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/exit_meaning.h"
#include "core/incarnation.h"
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
  const ExitMeaning* meaning = meaning_of(code);
  return meaning == nullptr ? Status::kFailed : meaning->status;
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

Ending ended(Verdicted verdict) { return {std::move(verdict), Ending::Next::kNothing, {}, false}; }

Ending retry(Verdicted verdict, Instant due) {
  verdict.status = Status::kRescheduled;
  return {std::move(verdict), Ending::Next::kAttempt, due, false};
}

// Jobs: `max_retries` failures start the job again; losses are free, up to a limit.
Ending after_failure(const WorkflowState& workflow, TaskIndex task, Verdicted verdict, Instant now) {
  const TaskPolicy& policy = workflow.spec->policy_of(task);
  const TaskState& row = workflow.task(task);
  if (policy.max_retries == 0 || !is_failed(verdict.status)) return ended(std::move(verdict));
  if (verdict.status == Status::kFailedBackendError && row.lost_in_a_row < kFreeLosses && row.free_retries < 255) {
    Ending ending = retry(std::move(verdict), now);
    ending.lost = true;
    return ending;
  }
  const std::uint32_t retries = retries_used(workflow, task);
  if (retries < policy.max_retries) return retry(std::move(verdict), now + delay_before_retry(policy, retries));
  verdict.message = with_reason(std::move(verdict.message),
                                fmt::format("failed after {} {}", retries, retries == 1 ? "retry" : "retries"));
  return ended(std::move(verdict));
}

Ending limit_reached(std::uint32_t limit, Verdicted verdict) {
  const std::string why = limit == 0 ? "not tried again: limits.max_retry_per_task is 0"
                                     : fmt::format(
                                           "not tried again: the limit of {} {} is reached "
                                           "(limits.max_retry_per_task)",
                                           limit, limit == 1 ? "retry" : "retries");
  verdict.message = with_reason(std::move(verdict.message), why);
  return ended(std::move(verdict));
}

Ending start_again(Verdicted verdict, std::uint32_t retries, std::uint32_t limit) {
  verdict.message = with_reason(
      std::move(verdict.message),
      fmt::format("RESTART is its action for exit code {} ({} of {})", *verdict.exit_code, retries + 1, limit));
  return {std::move(verdict), Ending::Next::kCommand, {}, false};
}

// A code without a text of its own is told by what it means.
std::string message_of(const AttemptExit& exit, std::int32_t code) {
  return exit.message.empty() ? sentence_of(code) : exit.message;
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
    case AttemptExit::How::kNotStarted: return {status_of_code(exit.code), exit.code, message_of(exit, exit.code)};
    case AttemptExit::How::kLost:
      return {Status::kFailedBackendError, exit_codes::kLost, message_of(exit, exit_codes::kLost)};
  }
  return {Status::kFailed, exit_codes::kUnknown, message_of(exit, exit_codes::kUnknown)};
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

Micros delay_before_retry(const TaskPolicy& policy, std::uint32_t retries) {
  constexpr std::int64_t kLongest = std::int64_t{100} * 365 * 86'400'000'000;  // so that no product overflows
  const std::int64_t cap = policy.retry_max_delay.count() > 0 ? policy.retry_max_delay.count() : kLongest;
  std::int64_t delay = std::clamp<std::int64_t>(policy.retry_delay.count(), 0, cap);
  if (policy.retry_backoff <= kNoBackoff || delay == 0) return Micros(delay);
  for (; retries > 0 && delay < cap; --retries) {
    const double next = static_cast<double>(delay) * policy.retry_backoff / kNoBackoff;
    delay = next < static_cast<double>(cap) ? std::max(delay + 1, static_cast<std::int64_t>(next)) : cap;
  }
  return Micros(delay);
}

Ending ending_of(const WorkflowState& workflow, TaskIndex task, const AttemptExit& exit, Instant now) {
  const TaskPolicy& policy = workflow.spec->policy_of(task);
  Verdicted verdict = classify(exit);
  const std::uint32_t retries = retries_used(workflow, task);
  const std::uint32_t limit = policy.reschedule_limit;
  const ExitDecision decision =
      apply_exit_actions(verdict.status, verdict.exit_code, policy.exit_actions, {}, retries, limit);
  if (decision.limit_reached) return limit_reached(limit, std::move(verdict));
  if (!decision.applied) return after_failure(workflow, task, std::move(verdict), now);
  if (decision.status == Status::kRescheduled) {
    // The place of one that was lost is gone.
    const bool in_place = decision.applied == ExitActionKind::kRestart && exit.how != AttemptExit::How::kLost;
    return in_place ? start_again(std::move(verdict), retries, limit) : retry(std::move(verdict), now);
  }
  verdict.message = with_reason(std::move(verdict.message),
                                fmt::format("exit action makes code {} {}", *verdict.exit_code,
                                            decision.status == Status::kCompleted ? "a success" : "a failure"));
  verdict.status = decision.status;
  return ended(std::move(verdict));
}

}  // namespace sennit::core

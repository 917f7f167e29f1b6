#include "agent/memory_watch.h"

#include <csignal>

#include "model/exit_codes.h"

namespace sennit::agent {
namespace {

constexpr Micros kAge = std::chrono::seconds(1);

// It, or a process that it waited for, was killed by SIGKILL: what the kernel does when memory runs out.
bool looks_killed(const AttemptExit& exit) {
  switch (exit.how) {
    case AttemptExit::How::kExited: return exit.code == exit_codes::of_signal(SIGKILL);
    case AttemptExit::How::kSignaled: return exit.code == SIGKILL;
    case AttemptExit::How::kNotStarted:
    case AttemptExit::How::kLost: return false;
  }
  return false;
}

}  // namespace

std::uint64_t MemoryWatch::kills() {
  const Micros now = loop_.clock().boot();
  if (was_read_ && now - read_at_ < kAge) return kills_;
  was_read_ = true;
  read_at_ = now;
  return kills_ = count_.read();
}

void MemoryWatch::take_record(Attempt& attempt) {
  const proc::LimitedCgroup& limited = attempt.processes.limited();
  const proc::MemoryRecord record = limited.memory();
  AttemptExit& exit = attempt.exit;
  // That of the largest process counts what it shares with others, which its cgroup need not have paid for.
  if (record.peak.count() > 0) exit.usage.max_memory = record.peak;
  exit.memory_limit = limited.memory_limit();
  if (record.was_killed) exit.out_of_memory = record.reached_limit ? OutOfMemory::kLimit : OutOfMemory::kHost;
  if (exit.memory_limit.count() > 0 || attempt.stopped != Stopped::kNo || !looks_killed(exit)) return;
  if (count_.read() > attempt.ooms_before) exit.out_of_memory = OutOfMemory::kHost;
}

}  // namespace sennit::agent

// What sennit-user tells the agent of the command that it started, over a socket: a few of these records, each written
// at once. Both are of one build, so the record has no version.
#pragma once

#include <cstdint>

namespace sennit {

struct InsideReport {
  enum class What : std::int32_t {
    kBegun = 1,   // the command runs
    kFailed = 2,  // it could not be started: `step`, `error`
    kEnded = 3,   // `signaled`, `code`, and what it used
  };
  enum class Step : std::int32_t { kProcess = 0, kDirectory = 1, kExec = 2 };

  What what = What::kBegun;
  Step step = Step::kProcess;
  std::int32_t error = 0;     // errno
  std::int32_t signaled = 0;  // 1: `code` is a signal's number
  std::int32_t code = 0;
  std::int32_t reserved = 0;
  std::int64_t max_rss = 0;  // bytes
  std::int64_t cpu_us = 0;
  std::int64_t ended_boot_us = 0;  // CLOCK_BOOTTIME
};
static_assert(sizeof(InsideReport) == 48);

}  // namespace sennit

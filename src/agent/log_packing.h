// Packs large logs (logs/log_packer.h) once their attempts are over for good, one after the other, on a thread that
// only gets what no task and no other thread of ours wants: processor and disk in the idle classes.
//
// A log that is not packed when the agent ends stays as it is; readers take either.
//
// Threads:   calls and `packed` on the loop's.
// Ownership: destroying it ends the packing that is under way, without result.
// Errors:    a log that cannot be packed (a full disk) stays as it is; the agent's messages say so.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "logs/run_layout.h"
#include "loop/loop.h"
#include "model/ids.h"

namespace sennit::agent {

class LogPacking {
 public:
  // Smaller ones are not worth a thought.
  static constexpr std::uint64_t kLeastBytes = 64 * 1024;

  // `packed`: that much less disk is taken.
  using Packed = std::function<void(const AttemptId&, std::uint64_t freed)>;
  LogPacking(loop::Loop& loop, Packed packed);
  ~LogPacking();
  LogPacking(const LogPacking&) = delete;
  LogPacking& operator=(const LogPacking&) = delete;

  // The attempt's log is complete. Its command may still be started again, and write to it.
  void ended(const AttemptId& attempt, const logs::RunLayout& layout, std::uint64_t bytes);
  // Whatever its size is.
  void ended(const AttemptId& attempt, const logs::RunLayout& layout);
  // It is written to again.
  void goes_on(const AttemptId& attempt);
  // It is over for good: its end is committed.
  void forgotten(const AttemptId& attempt);

  // Whether a log is being packed, or waits for it.
  bool is_busy() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sennit::agent

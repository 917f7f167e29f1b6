// How long the tasks of earlier runs took, by the workflow's name: read from the store when somebody asks, and kept for
// the next one who does.
//
// Threads:   the loop's; what was stored is decoded on a worker.
// Ownership: references must outlive it. `of` points into it: good until the next call of `read`.
// Errors:    a run that cannot be read is left out: an estimate is worth no error.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/past_durations.h"
#include "loop/callback.h"
#include "loop/worker_pool.h"
#include "store/store.h"

namespace sennit::api {

class RunHistory {
 public:
  static constexpr std::uint32_t kMostRuns = 5;                     // of each name, the newest
  static constexpr std::size_t kMostNames = 64;                     // kept
  static constexpr std::size_t kMostBytes = std::size_t{64} << 20;  // of one name's runs, stored

  RunHistory(loop::WorkerPool& workers, store::Store& store) : workers_(workers), store_(store) {}

  // Calls `then` when what is stored of these names is known: before it returns if nothing has to be read.
  void read(const std::vector<std::string>& names, loop::Callback<void()> then);
  // Null: not asked for, or nothing is stored.
  const core::PastDurations* of(std::string_view name) const;

 private:
  struct Known {
    std::vector<WorkflowKey> runs;  // newest first
    core::PastDurations durations;
    std::uint64_t asked = 0;
  };
  struct StoredRun {
    std::string spec;
    std::string snapshot;
  };
  // The runs of a name that is not known as it is in the store; false: it is known.
  bool look(const std::string& name, std::vector<WorkflowKey>& runs);
  std::vector<StoredRun> load(const std::vector<WorkflowKey>& runs);
  static core::PastDurations durations_of(const std::vector<StoredRun>& runs);
  void keep(const std::string& name, std::vector<WorkflowKey> runs, core::PastDurations durations);

  loop::WorkerPool& workers_;
  store::Store& store_;
  std::map<std::string, Known, std::less<>> known_;
  std::uint64_t asked_ = 0;
};

}  // namespace sennit::api

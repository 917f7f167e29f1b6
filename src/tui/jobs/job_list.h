// The tasks of one workflow, as the server told them last.
//
// Threads: one at a time. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tui/jobs/job.h"
#include "views/views.h"

namespace sennit::tui {

// The workflow itself, without its tasks.
struct RunHead {
  std::string id;
  std::string status;
  std::string reason;
  std::string pool;
  std::string priority;
  std::string user;
  std::string outputs;
  Instant submit_time;
  Instant start_time;
  Instant end_time;
  Instant expected_end_time;
  bool paused = false;
  views::TaskCounts counts;
};

// Of what runs, taken together.
struct RunTotals {
  double percent = 0;  // the sum, of so many
  int with_percent = 0;
  double loss = 0;
  int with_loss = 0;
  double cpus = 0;
  std::uint64_t memory = 0;  // bytes
};

class JobList {
 public:
  // The workflow as it is now, with those of its groups that are new or have changed. False: no task is new.
  bool tell(const views::WorkflowView& piece);

  bool is_loaded() const { return loaded_; }
  const RunHead& head() const { return head_; }
  const std::vector<Job>& jobs() const { return jobs_; }
  const Job* find(std::string_view name) const;
  RunTotals totals() const;

  // Those whose name, group or status has `filter` in it, small letters for either; all of them for "". By their
  // numbers, in the order of the file.
  std::vector<std::size_t> matching(std::string_view filter) const;

 private:
  void note_running(std::size_t index);

  bool loaded_ = false;
  RunHead head_;
  std::vector<Job> jobs_;
  std::unordered_map<std::string, std::size_t> by_name_;
  std::unordered_set<std::size_t> running_;  // of many tasks few run: only they have numbers
};

}  // namespace sennit::tui

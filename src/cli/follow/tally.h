// What a follower knows of a workflow from the events it has seen: counts, failures, the slowest tasks. Pure.
//
// Bounded: it keeps the running tasks' start times (only where the stream tells of every task) and short lists.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "views/views.h"

namespace sennit::cli {

class Tally {
 public:
  static constexpr std::size_t kMostFailures = 20;
  static constexpr std::size_t kSlowest = 3;

  struct Timed {
    std::string task;
    Micros duration{};
  };

  explicit Tally(std::uint64_t total) { counts_.total = counts_.waiting = total; }

  void take(const views::EventView& event);

  const views::TaskCounts& counts() const { return counts_; }
  // The tasks that failed with an end of their own, the first ones.
  const std::vector<std::string>& failures() const { return failures_; }
  const std::vector<Timed>& slowest() const { return slowest_; }
  // Of a task that runs and whose start was seen.
  std::optional<Instant> started(const std::string& task) const;
  // Names of running tasks, as many as are known.
  const std::map<std::string, Instant>& running() const { return running_; }
  const std::string& status() const { return status_; }                 // the workflow's, as said last
  const std::string& message() const { return message_; }               // why, where something was said
  const std::optional<views::CostView>& cost() const { return cost_; }  // known at the end
  Instant submitted_at() const { return first_; }
  Instant last_at() const { return last_; }

 private:
  void take_end(const views::EventView& event);
  void leave_running(const std::string& task);

  views::TaskCounts counts_;
  std::vector<std::string> failures_;
  std::vector<Timed> slowest_;
  std::map<std::string, Instant> running_;
  std::string status_;
  std::string message_;
  std::optional<views::CostView> cost_;
  Instant first_;
  Instant last_;
};

// A task that ended with an end of its own: not cancelled, and not because of something upstream.
bool is_own_failure(std::string_view status);

}  // namespace sennit::cli

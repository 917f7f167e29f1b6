// What a follower knows of a workflow from the events it has seen: counts, failures, the slowest tasks. Pure.
//
// Bounded: it keeps what runs (only where the stream tells of every task) and short lists.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "cli/follow/causes.h"
#include "views/views.h"

namespace sennit::cli {

class Tally {
 public:
  static constexpr std::size_t kSlowest = 3;

  struct Timed {
    std::string task;
    Micros duration{};
  };
  struct Running {
    std::string task;
    Instant start;
    std::string gpus;      // "0,1"; "": none
    std::string progress;  // "step 100/1000 10% loss 0.25"; "": nothing is known
  };

  Tally(std::string workflow, std::uint64_t total) : workflow_(std::move(workflow)) {
    counts_.total = counts_.waiting = total;
  }

  void take(const views::EventView& event);
  // What a task says of how far it is, the latest.
  void take_progress(const std::string& task, std::string text) { progress_[task] = std::move(text); }

  const std::string& workflow() const { return workflow_; }
  const views::TaskCounts& counts() const { return counts_; }
  // Tasks that have ended, whichever way.
  std::uint64_t done() const { return counts_.completed + counts_.failed + counts_.canceled; }
  // Of the tasks that failed with an end of their own.
  const Causes& causes() const { return causes_; }
  const std::vector<Timed>& slowest() const { return slowest_; }
  // Of a task that runs and whose start was seen.
  std::optional<Instant> started(const std::string& task) const;
  // What runs, as far as it is known: at most so many, the one that has run longest in front.
  std::vector<Running> longest_running(std::size_t most) const;
  const std::string& status() const { return status_; }                 // the workflow's, as said last
  const std::string& message() const { return message_; }               // why, where something was said
  const std::optional<views::CostView>& cost() const { return cost_; }  // known at the end
  bool is_paused() const { return paused_; }
  bool is_cancelling() const { return cancelling_; }
  Instant submitted_at() const { return first_; }
  Instant last_at() const { return last_; }

 private:
  struct Started {
    Instant at;
    std::string gpus;
  };

  void take_task(const views::EventView& event);
  void take_workflow(const views::EventView& event);
  void take_start(const views::EventView& event);
  void take_end(const views::EventView& event);
  void leave_running(const std::string& task);

  std::string workflow_;
  views::TaskCounts counts_;
  Causes causes_;
  std::vector<Timed> slowest_;
  std::map<std::string, std::string> placed_;  // tasks that do not run yet: the devices that they have
  std::map<std::string, Started> running_;
  std::set<std::pair<Instant, std::string>> by_start_;  // the same tasks
  std::map<std::string, std::string> progress_;
  std::string status_;
  std::string message_;
  std::optional<views::CostView> cost_;
  bool paused_ = false;  // all of it
  bool cancelling_ = false;
  Instant first_;
  Instant last_;
};

// A task that ended with an end of its own: not cancelled, and not because of something upstream.
bool is_own_failure(std::string_view status);

}  // namespace sennit::cli

// How far running tasks are and what they use: the last that was told of each, for whoever looks at a workflow.
//
// Threads: the engine's.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "core/state.h"
#include "model/measures.h"
#include "views/views.h"

namespace sennit::api {

// When what is used is odd enough to say so.
struct FlagLimits {
  Micros gpu_idle = std::chrono::minutes(10);  // a leased GPU does next to nothing for so long; 0: never said
  double memory = 0.9;                         // of its limit is used
};

class MeasureBoard {
 public:
  explicit MeasureBoard(const core::State& engine, FlagLimits limits = {}) : engine_(engine), limits_(limits) {}

  void put(ProgressReport report);
  void put(UsageReport report);
  // Called after something of a task was put that runs that attempt.
  void on_change(std::function<void(const AttemptId&)> function) { changed_ = std::move(function); }

  // Of the attempt that a task has now, while it runs; nothing: it has told nothing.
  const ProgressReport* progress_of(const core::WorkflowState& workflow, TaskIndex task) const;
  const UsageReport* usage_of(const core::WorkflowState& workflow, TaskIndex task) const;
  // What is odd about the task: a GPU that idles, memory that runs out, a loss that is no number.
  std::vector<std::string> flags_of(const core::WorkflowState& workflow, TaskIndex task, Instant now) const;
  // How far it is and what is odd about it, for an explanation.
  void add_details(const core::WorkflowState& workflow, TaskIndex task, Instant now,
                   std::vector<std::string>& details) const;

 private:
  struct Key {
    WorkflowKey workflow;
    TaskIndex task;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry {
    std::optional<ProgressReport> progress;
    std::optional<UsageReport> usage;
  };
  Entry* entry_for(const AttemptId& attempt);
  const Entry* find(const core::WorkflowState& workflow, TaskIndex task) const;
  void drop_ended();

  const core::State& engine_;
  FlagLimits limits_;
  std::function<void(const AttemptId&)> changed_ = [](const AttemptId& /*attempt*/) {};
  std::map<Key, Entry> entries_;
  std::size_t clean_at_ = 64;  // entries
};

views::ProgressView view_of(const std::vector<NamedValue>& values, Instant at);
views::LoadView view_of(const UsageReport& usage);

}  // namespace sennit::api

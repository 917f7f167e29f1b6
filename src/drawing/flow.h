// A workflow as far as a picture shows it.
//
// Threads: any; plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "layout/graph.h"
#include "model/workflow.h"
#include "views/views.h"

namespace sennit::drawing {

// How far a task has come, in as few kinds as a picture can tell apart.
enum class State : std::uint8_t { kNone, kWaiting, kRunning, kCompleted, kFailed, kSkipped };
inline constexpr int kStateCount = 6;

// Of a status as the API says it; "" is kNone. Cancelled and never started is kSkipped.
State state_of(std::string_view status);
// "waiting", "running", "completed", "failed", "not run"; "" for none.
std::string_view name_of(State state);

struct FlowTask {
  std::string name;
  std::string status;  // "" for a file
  bool lead = false;
};

struct FlowGroup {
  std::string name;
  bool named = false;  // as the file says; else the group of one task, of which nobody has heard
  std::string status;
  std::uint32_t first_task = 0;
  std::uint32_t task_count = 0;
};

struct Flow {
  std::string name;
  std::string id;      // of a run; "" for a file
  std::string status;  // likewise
  std::vector<FlowGroup> groups;
  std::vector<FlowTask> tasks;      // those of a group lie together
  std::vector<layout::Edge> edges;  // between groups: what is upstream, what waits for it

  bool is_run() const { return !id.empty(); }
};

Flow flow_of(const Workflow& workflow);
// `view` has the latest attempt of each task.
Flow flow_of(const views::WorkflowView& view);

}  // namespace sennit::drawing

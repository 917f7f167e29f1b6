// Builds a Workflow from groups, tasks and edges in any order of declaration.
//
// Usage: begin_group, add_task for each of its tasks, begin_group ...; add_edge at any time after both groups exist;
// then finish() once. One builder per workflow; single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "model/workflow.h"

namespace sennit {

// Positions of values of which equal ones are stored once.
template <class T>
class Interned {
 public:
  std::uint32_t add(std::vector<T>& values, const T& value) {
    // Files repeat the same few, most often the one used last.
    if (last_ < values.size() && values[last_] == value) return last_;
    const auto [it, added] = positions_.try_emplace(value, static_cast<std::uint32_t>(values.size()));
    if (added) values.push_back(value);
    return last_ = it->second;
  }

 private:
  std::map<T, std::uint32_t> positions_;
  std::uint32_t last_ = 0;
};

class WorkflowBuilder {
 public:
  // The scalar fields (name, labels, timeout ...) are set directly by the caller.
  Workflow& header() { return workflow_; }

  // `name` empty: a group of one task, shown as "<task>-group".
  GroupIndex begin_group(std::string_view name, const GroupSpec& options = {});
  // For a reader that learns the name after the group's tasks; at most once, of a group that began without.
  void name_group(GroupIndex group, std::string_view name);
  // Adds a task to the group begun last.
  TaskIndex add_task(std::string_view name, const TaskBody& body, const ResourceRequest& resources,
                     const TaskPolicy& policy, bool lead);
  // `group` runs after `upstream`. Repeating an edge is harmless.
  void add_edge(GroupIndex group, GroupIndex upstream);

  std::size_t task_count() const { return workflow_.tasks.size(); }

  // Cycles that share no edge, each as the groups along it with the first one repeated at the end; at most so many.
  // Linear for each.
  std::vector<std::vector<GroupIndex>> find_cycles(std::size_t most) const;

  // The workflow. The graph must have no cycle. kExhausted if names or bodies pass 4 GiB.
  Result<Workflow> finish() &&;

 private:
  void note(const TaskBody& body, TaskIndex task);

  Workflow workflow_;
  std::vector<std::pair<GroupIndex, GroupIndex>> edges_;  // group, upstream
  Interned<ResourceRequest> resources_;
  Interned<TaskPolicy> policies_;
  DemandSet noted_;
  bool too_large_ = false;
};

}  // namespace sennit

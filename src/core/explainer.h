// Explains one task: what explain.cc, explain_waiting.cc and explain_ended.cc share. Internal to the room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/explain.h"

namespace sennit::core {

class Explainer {
 public:
  Explainer(const State& state, const WorkflowState& workflow, Instant now, Explanations& known)
      : state_(state), workflow_(workflow), spec_(*workflow.spec), now_(now), known_(known) {}

  Why task(TaskIndex index);

 private:
  std::string name(TaskIndex task) const { return std::string(spec_.name_of(task)); }
  const std::string& id() const { return workflow_.submission.id; }
  GroupIndex group_of(TaskIndex task) const { return spec_.tasks[task.value()].group; }
  std::string since(Instant at) const;

  // explain_waiting.cc
  Why waiting(TaskIndex index);
  Why delayed(TaskIndex index);
  Why queued(TaskIndex index);
  Why initializing(TaskIndex index);
  Why running(TaskIndex index);
  Why starting_again(TaskIndex index);
  std::string missing_at_barrier(TaskIndex index) const;
  void add_progress(GroupIndex upstream, Why& why);
  void add_outlook(TaskIndex index, Why& why);

  // explain_ended.cc
  Why ended(TaskIndex index, std::string how);
  Why failed(TaskIndex index);
  Why upstream_failed(TaskIndex index);
  TaskIndex root_failure(GroupIndex group, std::vector<TaskIndex>& chain) const;
  std::optional<TaskIndex> failed_task_of(GroupIndex group) const;

  void add_attempts(TaskIndex index, Why& why) const;
  void add_process(TaskIndex index, Why& why) const;
  void add_limit(TaskIndex index, Why& why) const;
  void add_restarts(TaskIndex index, Why& why) const;
  std::string attempt_of_all(TaskIndex index) const;

  const State& state_;
  const WorkflowState& workflow_;
  const Workflow& spec_;
  Instant now_;
  Explanations& known_;
};

}  // namespace sennit::core

// The only writers of a task's, a group's and a workflow's status, and what they wrote: each move is a row of the
// tables (core/transition.h), and can be noted for those who tell a history (core/retelling.h).
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "core/state.h"
#include "core/transition.h"

namespace sennit::core {

struct TaskMove {
  TaskIndex task;
  std::uint32_t number = 0;  // of the attempt
  Status from = Status::kSubmitting;
  Status to = Status::kSubmitting;
  TaskEvent why = TaskEvent::kSubmit;
  friend bool operator==(const TaskMove&, const TaskMove&) = default;
};

struct GroupMove {
  GroupIndex group;
  Status from = Status::kSubmitting;
  Status to = Status::kSubmitting;
  GroupEvent why = GroupEvent::kSubmit;
  friend bool operator==(const GroupMove&, const GroupMove&) = default;
};

struct WorkflowMove {
  WorkflowStatus from = WorkflowStatus::kPending;
  WorkflowStatus to = WorkflowStatus::kPending;
  WorkflowEvent why = WorkflowEvent::kPend;  // kPend: it had finished, and goes on
  friend bool operator==(const WorkflowMove&, const WorkflowMove&) = default;
};

using StatusMove = std::variant<TaskMove, GroupMove, WorkflowMove>;
using StatusMoves = std::vector<StatusMove>;

class StatusWriter {
 public:
  // `moves`: what was written is added there; null: nobody asks.
  StatusWriter(WorkflowState& workflow, StatusMoves* moves) : workflow_(workflow), moves_(moves) {}

  void move(TaskIndex index, TaskEvent event);
  // A group follows its tasks, so what it has passed already is not an error. True: it moved.
  bool move(GroupIndex index, GroupEvent event);
  void move(WorkflowStatus to);
  // New rows enter.
  void submit_rows();
  // The workflow was `from` before it was reopened.
  void note_reopened(WorkflowStatus from);

 private:
  WorkflowState& workflow_;
  StatusMoves* moves_;
};

}  // namespace sennit::core

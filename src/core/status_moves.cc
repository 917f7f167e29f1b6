#include "core/status_moves.h"

#include "base/check.h"

namespace sennit::core {

void StatusWriter::move(TaskIndex index, TaskEvent event) {
  TaskState& task = workflow_.task(index);
  const Move<Status> move = task_move(task.status, event);
  SENNIT_CHECK(move.verdict == Verdict::kGo);
  workflow_.task_counts.move(task.status, move.to);
  GangState* gang = workflow_.gang(workflow_.spec->tasks[index.value()].group);
  if (gang != nullptr) gang->counts.move(task.status, move.to);
  if (moves_ != nullptr) moves_->push_back(TaskMove{index, task.number, task.status, move.to, event});
  task.status = move.to;
}

bool StatusWriter::move(GroupIndex index, GroupEvent event) {
  GroupState& group = workflow_.group(index);
  const Move<Status> move = group_move(group.status, event);
  SENNIT_CHECK(move.verdict != Verdict::kBug);
  if (move.verdict == Verdict::kIgnore) return false;
  workflow_.group_counts.move(group.status, move.to);
  if (moves_ != nullptr) moves_->push_back(GroupMove{index, group.status, move.to, event});
  group.status = move.to;
  return true;
}

void StatusWriter::move(WorkflowStatus to) {
  const WorkflowEvent event = workflow_event_to(to);
  const Move<WorkflowStatus> move = workflow_move(workflow_.status, event);
  SENNIT_CHECK(move.verdict == Verdict::kGo);
  if (moves_ != nullptr) moves_->push_back(WorkflowMove{workflow_.status, move.to, event});
  workflow_.status = move.to;
}

void StatusWriter::submit_rows() {
  for (std::uint32_t t = 0; t < workflow_.tasks.size(); ++t) {
    if (workflow_.tasks[t].status == Status::kSubmitting) move(TaskIndex(t), TaskEvent::kSubmit);
  }
  for (std::uint32_t g = 0; g < workflow_.groups.size(); ++g) {
    if (workflow_.groups[g].status == Status::kSubmitting) move(GroupIndex(g), GroupEvent::kSubmit);
  }
}

void StatusWriter::note_reopened(WorkflowStatus from) {
  if (moves_ != nullptr) moves_->push_back(WorkflowMove{from, workflow_.status, WorkflowEvent::kPend});
}

}  // namespace sennit::core

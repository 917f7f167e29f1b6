#include "engine/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "core/apply.h"
#include "core/snapshot.h"

namespace sennit::engine {
namespace {

// Puts what the events follow on into `state`; returns the events that are left.
Result<std::span<const Event>> begin(core::State& state, const store::LiveWorkflow& stored,
                                     std::shared_ptr<const Workflow> spec) {
  const std::span<const Event> events(stored.events);
  if (!stored.snapshot.empty()) {
    SENNIT_ASSIGN(core::WorkflowState workflow, core::decode_snapshot(stored.snapshot, std::move(spec)));
    if (workflow.key != stored.row.key) return Error(ErrorCode::kCorrupt, "snapshot: of another workflow");
    core::adopt(state, std::move(workflow));
    return events;
  }
  const bool submitted = !events.empty() && std::holds_alternative<event::Submitted>(events.front().what);
  if (!submitted || events.front().workflow != stored.row.key) {
    return Error(ErrorCode::kCorrupt, "journal: does not begin with the submission");
  }
  core::apply_submitted(state, events.front(), std::move(spec));
  return events.subspan(1);
}

}  // namespace

Result<core::WorkflowState> rebuild(InstanceId instance, const store::LiveWorkflow& stored) {
  if (stored.error) return *stored.error;
  Result<Workflow> spec = decode_workflow(stored.spec);
  if (!spec) return std::move(spec).error().in("workflow");
  // In a state of its own: what it holds on hosts is counted again when it is adopted.
  core::State scratch;
  scratch.instance = instance;
  SENNIT_ASSIGN(const std::span<const Event> events,
                begin(scratch, stored, std::make_shared<const Workflow>(std::move(spec).value())));
  for (const Event& event : events) {
    if (Result<void> replayed = core::replay(scratch, event); !replayed) {
      return std::move(replayed).error().in("journal");
    }
  }
  core::WorkflowState workflow = std::move(*scratch.find(stored.row.key));
  core::derive(workflow);
  return workflow;
}

Result<Revived> revive(const store::StoredWorkflow& stored) {
  const std::string& id = stored.row.submission.id;
  if (!stored.row.finished) return Error(ErrorCode::kConflict, fmt::format("{} is not finished", id));
  if (stored.snapshot.empty() || stored.snapshot_seq != stored.last_seq) {
    return Error(ErrorCode::kCorrupt, fmt::format("what became of the tasks of {} is not known", id));
  }
  Revived revived;
  SENNIT_ASSIGN(revived.context, decode_workflow_context(stored.context));
  SENNIT_ASSIGN(Workflow spec, decode_workflow(stored.spec));
  SENNIT_ASSIGN(revived.workflow,
                core::decode_snapshot(stored.snapshot, std::make_shared<const Workflow>(std::move(spec))));
  if (revived.workflow.key == stored.row.key) return revived;
  return Error(ErrorCode::kCorrupt, "snapshot: of another workflow");
}

Instant latest_time(const core::WorkflowState& workflow) {
  Instant latest = std::max({workflow.submission.submitted_at, workflow.started_at, workflow.canceled_at});
  for (const core::TaskState& task : workflow.tasks) {
    latest = std::max({latest, task.placed_at, task.started_at, task.ended_at});
    if (task.status == Status::kScheduling) latest = std::max(latest, task.queued_at);
  }
  for (const core::PastAttempt& past : workflow.past) latest = std::max(latest, past.ended_at);
  return latest;
}

}  // namespace sennit::engine

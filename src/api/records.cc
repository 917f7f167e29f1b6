#include "api/records.h"

#include <algorithm>

#include "core/apply.h"
#include "core/snapshot.h"

namespace sennit::api {
namespace {

constexpr std::size_t kRecent = 4;

// A workflow that could not be read back has no state of its own: what its tasks came to is not known.
core::WorkflowState bare_state(const store::StoredWorkflow& stored, std::shared_ptr<const Workflow> spec) {
  core::WorkflowState state;
  state.key = stored.row.key;
  state.spec = std::move(spec);
  state.submission = stored.row.submission;
  state.status = stored.row.status;
  state.started_at = stored.row.started_at;
  state.ended_at = stored.row.ended_at;
  state.groups.resize(state.spec->groups.size());
  for (core::GroupState& group : state.groups) group.status = Status::kFailedServerError;
  state.messages.emplace_back("what became of it cannot be read");
  state.tasks.resize(state.spec->tasks.size());
  for (core::TaskState& task : state.tasks) {
    task.status = Status::kFailedServerError;
    task.message = 1;
  }
  core::derive(state);
  return state;
}

}  // namespace

Result<Record> Records::open(std::string_view reference) {
  SENNIT_ASSIGN(const store::WorkflowRow row, store_.find(reference));
  return open(row);
}

Result<Record> Records::open(const store::WorkflowRow& row) {
  Record record{.row = row};
  record.state = engine_.state().find(row.key);
  if (record.state != nullptr) return record;
  SENNIT_ASSIGN(record.kept, load_finished(row));
  record.state = record.kept.get();
  return record;
}

// One that was reopened has another end.
Result<std::shared_ptr<const core::WorkflowState>> Records::load_finished(const store::WorkflowRow& row) {
  const auto found =
      std::find_if(recent_.begin(), recent_.end(), [&](const auto& state) { return state->key == row.key; });
  if (found != recent_.end() && (*found)->ended_at == row.ended_at) {
    recent_.splice(recent_.begin(), recent_, found);
    return recent_.front();
  }
  if (found != recent_.end()) recent_.erase(found);
  SENNIT_ASSIGN(const store::StoredWorkflow stored, store_.load(row.key));
  SENNIT_ASSIGN(Workflow workflow, decode_workflow(stored.spec));
  auto spec = std::make_shared<const Workflow>(std::move(workflow));
  std::shared_ptr<const core::WorkflowState> state;
  if (stored.snapshot.empty()) {
    state = std::make_shared<const core::WorkflowState>(bare_state(stored, std::move(spec)));
  } else {
    SENNIT_ASSIGN(core::WorkflowState decoded, core::decode_snapshot(stored.snapshot, std::move(spec)));
    state = std::make_shared<const core::WorkflowState>(std::move(decoded));
  }
  recent_.push_front(state);
  if (recent_.size() > kRecent) recent_.pop_back();
  return state;
}

}  // namespace sennit::api

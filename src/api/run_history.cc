#include "api/run_history.h"

#include <algorithm>
#include <utility>

#include "core/snapshot.h"
#include "model/workflow.h"

namespace sennit::api {
namespace {

std::vector<WorkflowStatus> finished_statuses() {
  std::vector<WorkflowStatus> statuses;
  for (int i = 0; i < kWorkflowStatusCount; ++i) {
    if (is_finished(static_cast<WorkflowStatus>(i))) statuses.push_back(static_cast<WorkflowStatus>(i));
  }
  return statuses;
}

}  // namespace

bool RunHistory::look(const std::string& name, std::vector<WorkflowKey>& runs) {
  store::ListFilter filter;
  filter.name = name;
  filter.statuses = finished_statuses();
  filter.limit = kMostRuns;
  const auto rows = store_.list(filter);
  if (!rows) return false;
  for (const store::WorkflowRow& row : *rows) {
    if (row.finished) runs.push_back(row.key);
  }
  const auto known = known_.find(name);
  if (known == known_.end()) return !runs.empty();
  known->second.asked = ++asked_;
  return known->second.runs != runs;
}

std::vector<RunHistory::StoredRun> RunHistory::load(const std::vector<WorkflowKey>& runs) {
  std::vector<StoredRun> stored;
  std::size_t bytes = 0;
  for (const WorkflowKey run : runs) {
    Result<store::StoredWorkflow> workflow = store_.load(run);
    if (!workflow || workflow->snapshot.empty()) continue;
    bytes += workflow->spec.size() + workflow->snapshot.size();
    if (bytes > kMostBytes) break;
    stored.push_back({std::move(workflow->spec), std::move(workflow->snapshot)});
  }
  return stored;
}

core::PastDurations RunHistory::durations_of(const std::vector<StoredRun>& runs) {
  core::PastDurations durations;
  for (const StoredRun& run : runs) {
    Result<Workflow> spec = decode_workflow(run.spec);
    if (!spec) continue;
    const auto state = core::decode_snapshot(run.snapshot, std::make_shared<const Workflow>(std::move(*spec)));
    if (state) durations.add_completed(*state);
  }
  return durations;
}

void RunHistory::keep(const std::string& name, std::vector<WorkflowKey> runs, core::PastDurations durations) {
  known_.insert_or_assign(name, Known{std::move(runs), std::move(durations), ++asked_});
  if (known_.size() <= kMostNames) return;
  known_.erase(std::min_element(known_.begin(), known_.end(),
                                [](const auto& a, const auto& b) { return a.second.asked < b.second.asked; }));
}

void RunHistory::read(const std::vector<std::string>& names, loop::Callback<void()> then) {
  // Shared by the reads under way; the last one to come back calls it.
  struct Waiting {
    loop::Callback<void()> then;
    std::size_t left = 1;
    void arrive() {
      if (--left == 0) then();
    }
  };
  auto waiting = std::make_shared<Waiting>();
  waiting->then = std::move(then);
  for (const std::string& name : names) {
    std::vector<WorkflowKey> runs;
    if (!look(name, runs)) continue;
    ++waiting->left;
    auto work = [stored = load(runs)] { return durations_of(stored); };
    workers_.submit(std::move(work), [this, name, runs = std::move(runs), waiting](core::PastDurations durations) {
      keep(name, runs, std::move(durations));
      waiting->arrive();
    });
  }
  waiting->arrive();
}

const core::PastDurations* RunHistory::of(std::string_view name) const {
  const auto known = known_.find(name);
  return known == known_.end() ? nullptr : &known->second.durations;
}

}  // namespace sennit::api

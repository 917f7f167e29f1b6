#include "tui/jobs/job_list.h"

#include <utility>

#include "tui/jobs/any_case.h"

namespace sennit::tui {

bool JobList::tell(const views::WorkflowView& piece) {
  head_ = {.id = piece.name,
           .status = piece.status,
           .reason = piece.why ? piece.why->headline : piece.failure_message,
           .pool = piece.pool,
           .priority = piece.priority,
           .user = piece.submitted_by,
           .outputs = piece.outputs,
           .submit_time = piece.submit_time,
           .start_time = piece.start_time,
           .end_time = piece.end_time,
           .expected_end_time = piece.expected_end_time,
           .paused = piece.paused_at.is_set(),
           .counts = piece.counts};
  const std::size_t before = jobs_.size();
  for (const views::GroupView& group : piece.groups) {
    for (const views::TaskView& task : group.tasks) {
      const auto [place, added] = by_name_.emplace(task.name, jobs_.size());
      if (added) jobs_.emplace_back();
      jobs_[place->second] = job_of(task, group.name);
      note_running(place->second);
    }
  }
  loaded_ = true;
  return jobs_.size() > before;
}

const Job* JobList::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : &jobs_[found->second];
}

void JobList::note_running(std::size_t index) {
  if (jobs_[index].standing() == Standing::kRunning) {
    running_.insert(index);
  } else {
    running_.erase(index);
  }
}

RunTotals JobList::totals() const {
  RunTotals totals;
  for (const std::size_t index : running_) {
    const Job& job = jobs_[index];
    if (job.load) {
      totals.cpus += job.load->cpus;
      totals.memory += job.load->memory;
    }
    if (!job.progress) continue;
    if (job.progress->percent) totals.percent += *job.progress->percent, ++totals.with_percent;
    if (job.progress->loss) totals.loss += *job.progress->loss, ++totals.with_loss;
  }
  return totals;
}

std::vector<std::size_t> JobList::matching(std::string_view filter) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const Job& job = jobs_[i];
    if (has_any_case(job.name, filter) || has_any_case(job.group, filter) || has_any_case(job.status, filter))
      found.push_back(i);
  }
  return found;
}

}  // namespace sennit::tui

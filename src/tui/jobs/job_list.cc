#include "tui/jobs/job_list.h"

#include <algorithm>
#include <utility>

namespace sennit::tui {
namespace {

char small(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; }

bool has(std::string_view text, std::string_view part) {
  return !std::ranges::search(text, part, [](char one, char other) { return small(one) == small(other); }).empty();
}

}  // namespace

void JobList::load(const views::WorkflowView& workflow) {
  head_ = {.id = workflow.name,
           .status = workflow.status,
           .reason = workflow.why ? workflow.why->headline : workflow.failure_message,
           .pool = workflow.pool,
           .priority = workflow.priority,
           .user = workflow.submitted_by,
           .outputs = workflow.outputs,
           .submit_time = workflow.submit_time,
           .start_time = workflow.start_time,
           .end_time = workflow.end_time,
           .expected_end_time = workflow.expected_end_time,
           .paused = workflow.paused_at.is_set(),
           .counts = workflow.counts,
           .last_event = workflow.last_event};
  jobs_.clear();
  by_name_.clear();
  running_.clear();
  for (const views::GroupView& group : workflow.groups) {
    for (const views::TaskView& task : group.tasks) {
      by_name_.emplace(task.name, jobs_.size());
      jobs_.push_back(job_of(task, group.name));
      note_running(jobs_.size() - 1);
    }
  }
  loaded_ = true;
}

const Job* JobList::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : &jobs_[found->second];
}

Job* JobList::known(const std::string& name) {
  const auto found = by_name_.find(name);
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

void JobList::count(Standing standing, int change) {
  const auto add = [change](std::uint64_t& number) {
    number = change < 0 && number == 0 ? 0 : number + static_cast<std::uint64_t>(change);
  };
  switch (standing) {
    case Standing::kWaiting:
    case Standing::kReady: return add(head_.counts.waiting);
    case Standing::kRunning: return add(head_.counts.running);
    case Standing::kCompleted: return add(head_.counts.completed);
    case Standing::kFailed: return add(head_.counts.failed);
    case Standing::kCanceled: return add(head_.counts.canceled);
  }
}

void JobList::move(Job& job, const std::string& status, const views::EventView& event) {
  const Standing before = job.standing();
  count(before, -1);
  job.status = status;
  const Standing now = job.standing();
  count(now, +1);
  if (event.retry_id) job.retry_id = *event.retry_id;
  if (now == Standing::kRunning && before != now) job.start_time = event.at;
  job.end_time = is_over(now) ? event.at : Instant();  // it may run again
  if (is_over(now)) job.progress = {};
  job.load = {};
  job.exit_code = event.exit_code;
  job.reason = event.message;
}

bool JobList::take(const views::EventView& event) {
  if (!loaded_ || (event.seq != 0 && event.seq <= head_.last_event)) return true;
  if (event.seq != 0) head_.last_event = event.seq;
  if (event.kind == "workflow" || event.kind == "end") {
    if (!event.status.empty()) head_.status = event.status;
    if (standing_of(head_.status) >= Standing::kCompleted) head_.end_time = event.at;
    return false;
  }
  Job* job = event.task.empty() ? nullptr : known(event.task);
  if (job == nullptr) return event.kind == "progress";
  if (event.status.empty()) return false;
  move(*job, event.status, event);
  note_running(static_cast<std::size_t>(job - jobs_.data()));
  if (event.kind == "started" && !head_.start_time.is_set()) head_.start_time = event.at;
  return false;
}

std::vector<std::size_t> JobList::matching(std::string_view filter) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    const Job& job = jobs_[i];
    if (filter.empty() || has(job.name, filter) || has(job.group, filter) || has(job.status, filter))
      found.push_back(i);
  }
  return found;
}

}  // namespace sennit::tui

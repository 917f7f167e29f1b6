#include "tui/jobs/job.h"

#include <array>

namespace sennit::tui {

std::string_view sign_of(Standing standing, bool ascii) {
  static constexpr std::array<std::string_view, 6> kSigns = {"·", "◌", "●", "✓", "✗", "–"};
  static constexpr std::array<std::string_view, 6> kAscii = {".", "o", "*", "+", "x", "-"};
  const auto index = static_cast<std::size_t>(standing);
  return ascii ? kAscii[index] : kSigns[index];
}

Job job_of(const views::TaskView& task, std::string_view group) {
  Job job;
  job.name = task.name;
  job.group = group;
  job.status = task.status;
  job.reason = task.reason.empty() ? task.failure_message : task.reason;
  job.gpus = task.gpus;
  job.retry_id = task.retry_id;
  job.exit_code = task.exit_code;
  job.start_time = task.start_time;
  job.end_time = task.end_time;
  job.paused = task.paused_at.is_set();
  job.progress = task.progress;
  job.load = task.load;
  job.flags = task.flags;
  return job;
}

}  // namespace sennit::tui

#include "cli/render/phases_text.h"

#include <utility>
#include <vector>

#include "base/time_text.h"
#include "cli/text/table.h"

namespace sennit::cli {
namespace {

// From one time to the next; "...": it goes on, "-": it has not begun, or there was nothing to do in it.
std::string span(Instant from, Instant to) {
  if (!from.is_set()) return "-";
  return to.is_set() ? duration_text(to - from) : "...";
}

Instant first_of(Instant a, Instant b) { return a.is_set() ? a : b; }

std::vector<Cell> row_of(const views::TaskView& task, Instant submitted) {
  const Instant prepared = first_of(task.input_download_start_time, task.start_time);
  const Instant ran = first_of(task.output_upload_start_time, task.end_time);
  // One that ended before its next phase began has nothing that goes on.
  const auto until = [&task](Instant next) { return first_of(next, task.end_time); };
  return {{task.name},
          {std::to_string(task.retry_id)},
          {clock_time(submitted)},
          {span(submitted, until(task.scheduling_start_time))},
          {span(task.scheduling_start_time, until(task.initializing_start_time))},
          {span(task.initializing_start_time, until(prepared))},
          {span(task.input_download_start_time, task.input_download_end_time)},
          {span(task.start_time, ran)},
          {span(task.output_upload_start_time, task.output_upload_end_time)},
          {task.end_time.is_set() ? clock_time(task.end_time) : "-"}};
}

}  // namespace

std::string phases_text(const views::WorkflowView& workflow, const Style& style) {
  Table table({"Task Name", "Retry ID", "Submitted", "Waiting", "Scheduling", "Initializing", "Download", "Running",
               "Upload", "End"});
  for (const views::GroupView& group : workflow.groups) {
    for (const views::TaskView& task : group.tasks) {
      if (!task.initializing_start_time.is_set()) continue;
      // A retry begins when the attempt before it has ended.
      table.add(row_of(task, task.retry_id == 0 ? workflow.submit_time : task.processing_start_time));
    }
  }
  return table.empty() ? std::string() : table.render(style);
}

}  // namespace sennit::cli

// What stands beside the tasks of a run: numbers of the whole, and the end of a log.
#pragma once

#include <string>

#include "base/instant.h"
#include "tui/feed/log_tail.h"
#include "tui/jobs/job_list.h"
#include "tui/terminal/frame.h"
#include "tui/view/theme.h"

namespace sennit::tui {

void draw_numbers(const Pane& pane, const Theme& theme, const JobList& jobs);

// The last lines that fit.
void draw_log_end(const Pane& pane, const Theme& theme, LogTail* tail, const std::string& title);

// "Status: RUNNING (3/10 completed)".
void draw_run_status(const Pane& line, const Theme& theme, const RunHead& head, Instant now);
// "Total: 10 | Running: 2 | Completed: 3 | Failed: 0".
void draw_counts(const Pane& line, const Theme& theme, const views::TaskCounts& counts);

}  // namespace sennit::tui

// Which rsync a task has: its own, or else this machine's, brought there with what it needs to run.
//
// Threads: the main thread; waits.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/session.h"

namespace sennit::cli {

// The words that start it in the task. Fails: kNotFound (there is none here either, or nothing in the task that could
// put it there), and as run_in_task.
Result<std::string> find_remote_rsync(Session& session, const std::string& workflow, const std::string& task);

}  // namespace sennit::cli

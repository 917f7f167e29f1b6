// Runs one command in a task on the program's own behalf, with input and output in memory.
//
// Threads: the main thread; waits. Errors: kConflict (the task does not run), kUnavailable (cut off), kCancelled
// (Ctrl-C), kTimeout; how the command itself ended is a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/session.h"

namespace sennit::cli {

struct TaskCommand {
  std::string workflow;
  std::string task;
  std::vector<std::string> words;
  std::string_view input = {};
};

struct TaskCommandEnd {
  int code = 0;  // as shells say it
  std::string out;
  std::string err;
};

// What it prints is kept up to a mebibyte.
Result<TaskCommandEnd> run_in_task(Session& session, const TaskCommand& command);

}  // namespace sennit::cli

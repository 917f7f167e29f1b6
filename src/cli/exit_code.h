// The exit codes of the command line: a closed list, so that scripts can rely on it.
#pragma once

#include <string_view>

#include "base/error.h"
#include "model/status.h"

namespace sennit::cli {

enum class ExitCode : int {
  kCompleted = 0,    // the workflow completed, or the command did what it was asked
  kFailed = 1,       // the workflow failed, or its state forbids what was asked
  kUsage = 2,        // wrong words, an invalid file, something named that does not exist
  kCancelled = 3,    // cancelled, or interrupted while following
  kTimedOut = 4,     // the workflow ran out of its time
  kUnreachable = 10  // no server could be reached or started, or an internal error
};

// What a followed workflow's end means for whoever ran it.
ExitCode exit_code_of(WorkflowStatus status);
// The same for a status as the API says it; a word from a newer server counts as failed.
ExitCode exit_code_of_status(std::string_view status);

ExitCode exit_code_of(ErrorCode code);

}  // namespace sennit::cli

// What `render` does, and `run --dry-run`.
#pragma once

#include "cli/exit_code.h"
#include "cli/input/submission_options.h"
#include "cli/session.h"

namespace sennit::cli {

ExitCode render_to_stdout(Session& session, const SubmissionOptions& options);

}  // namespace sennit::cli

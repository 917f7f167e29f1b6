// What `render` does, and `--dry-run`.
#pragma once

#include "cli/exit_code.h"
#include "cli/input/submission_options.h"
#include "cli/session.h"

namespace sennit::cli {

// Shows the file with its template filled in; only mistakes of the template are mistakes.
ExitCode render_to_stdout(Session& session, const SubmissionOptions& options);

// The same for a file that would be taken; else every mistake, as if it were run.
ExitCode dry_run(Session& session, const SubmissionOptions& options);

}  // namespace sennit::cli

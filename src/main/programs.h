// What the one binary holds beside its commands: `sennit serve`, `sennit agent` and the view of `sennit top`. Only here
// are concrete classes of all rooms named together.
#pragma once

#include "cli/run.h"

namespace sennit::main {

// The first two run until they are told to end and return the exit status.
int serve(const cli::ServeOptions& options);
int agent(const cli::AgentOptions& options);
// Fails: kInvalid (no terminal).
Result<void> view(const cli::ViewOptions& options);

}  // namespace sennit::main

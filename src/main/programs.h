// The long-running programs that one binary holds: `sennit serve` and `sennit agent`. Only here are concrete classes of
// all rooms named together.
#pragma once

#include "cli/run.h"

namespace sennit::main {

// Each runs until it is told to end and returns the exit status.
int serve(const cli::ServeOptions& options);
int agent(const cli::AgentOptions& options);

}  // namespace sennit::main

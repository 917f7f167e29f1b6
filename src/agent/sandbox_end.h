// How a command ended that ran in a sandbox: from what sennit-user told, and how the program that made the sandbox
// ended.
#pragma once

#include "base/instant.h"
#include "launch/prepared.h"
#include "model/fact.h"

namespace sennit::agent {

// `exit` says already how that program ended. A command that could not be started, or a sandbox that could not be made,
// is an exit of the kind kNotStarted that says why.
void take_sandbox_end(const launch::SandboxEnds& sandbox, Micros started_boot, AttemptExit& exit);

// Whether the command has begun, or its beginning has failed: until then a stop has nobody to ask.
bool has_begun(const launch::SandboxEnds& sandbox);

}  // namespace sennit::agent

// An attempt as a plain process of this host: from its task's body to a command line, an environment and a directory.
// What it says is docs/architecture.md's column "plain process".
//
// The environment is the submitting client's, then the task's own, then what it has of credentials, then
// SENNIT_WORKFLOW_ID, SENNIT_TASK and SENNIT_ATTEMPT, and for leased devices CUDA_VISIBLE_DEVICES (unless the task
// names it itself, as the request for them).
//
// Directories are made only when a token needs them.
#pragma once

#include "base/result.h"
#include "launch/prepared.h"
#include "launch/sandbox_tools.h"
#include "launch/world.h"
#include "model/order.h"
#include "model/task_body.h"

namespace sennit::launch {

// Resolves tokens and paths and makes the directories that are needed. Blocks on the file system.
// Fails: kNotFound (no such program), kInvalid (a variable that cannot be set), kExhausted or kIo (directories). The
// message is for the user.
Result<PreparedProcess> prepare_process(const WorkflowWorld& world, const StartOrder& order, const TaskBody& body,
                                        const SandboxTools& tools);

}  // namespace sennit::launch

// An attempt in a sandbox: this host's programs, but /osmo/data at its real path, files at theirs and a /tmp of its
// own, so that a task that was written for a container runs as written. What it says is docs/architecture.md's column
// "sandbox". bubblewrap makes it (launch/sandbox_view.h), and sennit-user starts the command in it.
//
// Inputs are the producers' directories, bound read-only: a hand-over copies nothing. The host's network is shared;
// peers of the same group find each other by name.
#pragma once

#include "base/result.h"
#include "launch/prepared.h"
#include "launch/sandbox_tools.h"
#include "launch/world.h"
#include "model/order.h"
#include "model/task_body.h"

namespace sennit::launch {

// Makes the attempt's directories. Fails: kInvalid (a path where nothing can be put, a variable that cannot be set),
// kConflict (a link lies where the attempt writes), kUnavailable (no sandbox here), kExhausted, kIo.
Result<PreparedProcess> prepare_sandbox(const WorkflowWorld& world, const StartOrder& order, TaskBody body,
                                        SandboxTools& tools);

}  // namespace sennit::launch

// How an attempt is put into the world on one host as something that can be spawned: a process or a sandbox, as its
// workflow wishes and its task needs. Containers are made by others (launch/container.h).
//
// What a place cannot give is refused, in the words of model/demands.h: nothing is rewritten or left out behind the
// user's back.
#pragma once

#include "base/result.h"
#include "launch/prepared.h"
#include "launch/sandbox.h"
#include "launch/world.h"
#include "model/order.h"

namespace sennit::launch {

// Resolves tokens and paths and makes the directories that are needed. Blocks on the file system, and the first time
// that a sandbox is wanted for as long as it takes to try one.
// Fails: kInvalid (the body asks for what its place cannot give), kUnavailable (the place cannot be had on this host),
// kNotFound (no such program), kCorrupt (not a body), kExhausted or kIo (directories). The message is for the user.
Result<PreparedProcess> prepare(const WorkflowWorld& world, const StartOrder& order, SandboxTools& sandbox);

// Whether the place can give what the body asks for. Fails: kInvalid.
Result<void> check_possible(const TaskBody& body, Place place);

}  // namespace sennit::launch

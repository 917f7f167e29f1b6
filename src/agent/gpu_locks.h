// Keeps two Sennit servers on one host from sharing a GPU unknowingly: each leased device is a locked file.
//
// The files lie in /run/lock, else in the runtime directory, else in /tmp; they are never removed. Everybody may lock
// them: they hold nothing.
//
// Threads: any. Pretended devices have no locks: each server pretends its own.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/resources.h"

namespace sennit::agent {

// The devices that are locked; unlocked with the last of its descriptors.
using GpuLease = std::vector<UniqueFd>;

// All of them or none, without waiting. Fails: kUnavailable (another server has one of them; the message names it),
// kIo.
Result<GpuLease> lease_gpus(GpuSet gpus, const std::string& directory);

// Where the locks of this host are.
std::string gpu_lock_directory();

}  // namespace sennit::agent

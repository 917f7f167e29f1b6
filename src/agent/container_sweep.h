// Removes what is left in the container engine of attempts that nobody knows any more: their ctrl could not reach the
// engine at the end, or what it was told is gone (a reboot).
//
// Containers and networks of other instances, and of others than us, are left alone: they have other labels.
//
// Threads: any; blocks as the engine.
#pragma once

#include <string>

#include "agent/container_files.h"
#include "base/result.h"

namespace sennit::agent {

// Those whose order is in `files` are kept: it is there before their container is. Fails as the engine.
Result<void> sweep_containers(const std::string& engine, InstanceId instance, const ContainerFiles& files);

}  // namespace sennit::agent

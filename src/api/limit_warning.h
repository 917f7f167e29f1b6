// What a submission is told when its hosts cannot hold tasks to what they ask for.
#pragma once

#include <string>

#include "core/state.h"
#include "model/workflow.h"

namespace sennit::api {

// "memory and CPU requests are reserved but not enforced on this host: <why>"; "" if they are, or if no task of the
// workflow asks for either.
std::string limit_warning(const Workflow& workflow, const core::State& state);

}  // namespace sennit::api

// Whether the hosts have the places that a workflow's tasks are to run in, and what its submitter is told about that.
#pragma once

#include <string>

#include "base/result.h"
#include "core/state.h"
#include "model/runtime.h"
#include "model/workflow.h"

namespace sennit::api {

// What no place of this wish can give is refused: all of it at once, each with the first task that has it. kInvalid.
Result<void> check_demands(const Workflow& workflow, Runtime wish);

// Why no host that is there can give its tasks the sandbox that they are to run in; "": one can, or none is needed.
std::string missing_place(const Workflow& workflow, Runtime wish, const core::State& state);

// "images are ignored: <why>"; "" if there are none, or if whoever submits it has chosen a place without them.
std::string image_notice(const Workflow& workflow, Runtime wish, const core::State& state);

}  // namespace sennit::api

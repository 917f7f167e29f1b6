// The tokens in everything that a task's body says, for the places that take a body as a whole: containers and pods.
//
// Threads:   as the TokenValue.
#pragma once

#include "base/result.h"
#include "launch/tokens.h"
#include "model/task_body.h"

namespace sennit::launch {

// The body with the tokens in all its texts replaced, names of variables and of credentials included. The names of
// tasks in its inputs have none, and files that were given as base64 are bytes and stay as they are.
// Fails: kInvalid (two files have the same path by now), or as `value`.
Result<TaskBody> replace_tokens(TaskBody body, const TokenValue& value);

}  // namespace sennit::launch

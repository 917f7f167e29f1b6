// What a ctrl is told of its task: the same two frames that an agent gets (docs/formats/agent.md), `add_workflow` and
// `start`, in a file.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/order.h"
#include "model/task_body.h"
#include "wire/user_messages.h"

namespace sennit::agent {

struct TaskOrder {
  WorkflowContext context;
  StartOrder order;
  TaskBody body;  // for a container: its tokens are replaced
};

// Fails: kInvalid (one of the frames is missing, or is for another workflow; two files at one path), kCorrupt.
Result<TaskOrder> parse_task_order(std::string_view bytes);

// For its container: the command, and the task's variables with those that say where it is.
wire::StartCommand start_command_of(const TaskOrder& order);

}  // namespace sennit::agent

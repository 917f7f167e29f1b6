// What a ctrl is told of its task: the same two frames that an agent gets (docs/formats/agent.md), `add_workflow` and
// `start`, in a file.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/order.h"
#include "model/task_body.h"
#include "wire/user_messages.h"

namespace sennit::agent {

// $SENNIT_PROGRESS in a container: beside the socket, where both sides of it see it.
inline constexpr std::string_view kProgressFile = "/osmo/data/socket/progress";

struct TaskOrder {
  WorkflowContext context;
  StartOrder order;
  TaskBody body;  // for a container: its tokens are replaced
};

// What {{host:task}} becomes: as the order says it, or the peer's name in the network of the group.
enum class PeerNames { kAsOrdered, kOfNetwork };

// Fails: kInvalid (one of the frames is missing, or is for another workflow; two files at one path), kCorrupt.
Result<TaskOrder> parse_task_order(std::string_view bytes, PeerNames names = PeerNames::kAsOrdered);

// The two frames as they are, the tokens in place.
struct OrderFrames {
  WorkflowContext context;
  StartOrder start;
};
Result<OrderFrames> parse_order_frames(std::string_view bytes);
std::string format_order_frames(const WorkflowContext& context, const StartOrder& start);

// For its container: the command, and the task's variables with what they have of credentials and those that say where
// it is. Nothing of the environment that its workflow was submitted in. Fails as launch::credential_variables.
Result<wire::StartCommand> start_command_of(const TaskOrder& order);

// What of its devices it is told in a container, where those that it has are all that there are. Pretended ones are not
// there, and are told as a process is told of them.
void add_gpu_variables(const StartOrder& order, bool pretended, wire::StartCommand& command);

}  // namespace sennit::agent

#include "agent/ctrl/task_order.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "launch/body_tokens.h"
#include "launch/container_tokens.h"
#include "wire/frame.h"
#include "wire/messages.h"

namespace sennit::agent {
namespace {

// Calls `take` with each frame of a text that holds whole ones.
template <class Take>
Result<void> each_frame(std::string_view bytes, Take&& take) {
  wire::FrameDecoder decoder;
  while (true) {
    wire::Frame frame;
    SENNIT_ASSIGN(const bool found, decoder.next(frame));
    if (found) {
      SENNIT_TRY(take(frame));
      continue;
    }
    if (bytes.empty()) break;
    const std::span<char> space = decoder.space();
    const std::size_t count = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), count);
    decoder.commit(count);
    bytes.remove_prefix(count);
  }
  if (!decoder.at_boundary()) return Error(ErrorCode::kCorrupt, "the order ends within a frame");
  return {};
}

}  // namespace

Result<TaskOrder> parse_task_order(std::string_view bytes) {
  std::optional<WorkflowContext> context;
  std::optional<StartOrder> start;
  SENNIT_TRY(each_frame(bytes, [&](const wire::Frame& frame) -> Result<void> {
    SENNIT_ASSIGN(wire::Message message, wire::decode_message(frame.type, frame.payload));
    if (auto* added = std::get_if<wire::AddWorkflow>(&message)) context = std::move(added->context);
    if (auto* order = std::get_if<wire::Start>(&message)) start = std::move(order->order);
    return {};
  }));
  if (!context || !start) {
    return Error(ErrorCode::kInvalid, "an order is two frames: a workflow's context (add_workflow) and a start");
  }
  if (start->attempt.workflow != context->key) {
    return Error(ErrorCode::kInvalid, "the order's start is of another workflow than its context");
  }
  TaskOrder order{.context = std::move(*context), .order = std::move(*start), .body = {}};
  SENNIT_ASSIGN(TaskBody body, decode_task_body(order.order.body));
  const std::vector<InputSpec> inputs = body.inputs;
  const launch::ContainerTokens tokens(order.context.id, inputs, order.order.hosts);
  SENNIT_ASSIGN(order.body, launch::replace_tokens(std::move(body), tokens));
  return order;
}

wire::StartCommand start_command_of(const TaskOrder& order) {
  wire::StartCommand command;
  command.argv = order.body.command;
  command.argv.insert(command.argv.end(), order.body.args.begin(), order.body.args.end());
  command.environment = order.context.environment;
  command.environment.insert(command.environment.end(), order.body.environment.begin(), order.body.environment.end());
  command.environment.emplace_back("SENNIT_WORKFLOW_ID", order.context.id);
  command.environment.emplace_back("SENNIT_TASK", order.order.task);
  command.environment.emplace_back("SENNIT_ATTEMPT", to_string(order.order.attempt));
  command.directory = order.body.workdir;
  return command;
}

}  // namespace sennit::agent

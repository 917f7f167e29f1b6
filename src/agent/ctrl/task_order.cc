#include "agent/ctrl/task_order.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "launch/body_tokens.h"
#include "launch/container_tokens.h"
#include "launch/credential_variables.h"
#include "launch/peer_names.h"
#include "proc/reaper.h"
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

Result<OrderFrames> parse_order_frames(std::string_view bytes) {
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
  return OrderFrames{.context = std::move(*context), .start = std::move(*start)};
}

std::string format_order_frames(const WorkflowContext& context, const StartOrder& start) {
  std::string bytes;
  for (const wire::Message& message : {wire::Message(wire::AddWorkflow{context}), wire::Message(wire::Start{start})}) {
    std::string payload;
    const wire::FrameType type = wire::encode(message, payload);
    wire::append_frame(bytes, type, payload);
  }
  return bytes;
}

Result<TaskOrder> parse_task_order(std::string_view bytes, PeerNames names) {
  SENNIT_ASSIGN(OrderFrames frames, parse_order_frames(bytes));
  TaskOrder order{.context = std::move(frames.context), .order = std::move(frames.start), .body = {}};
  SENNIT_ASSIGN(TaskBody body, decode_task_body(order.order.body));
  const std::vector<InputSpec> inputs = body.inputs;
  const bool of_network = names == PeerNames::kOfNetwork;
  const launch::Peers peers = of_network ? launch::network_names_of(order.order.hosts) : order.order.hosts;
  const launch::ContainerTokens tokens(order.context.id, inputs, peers);
  SENNIT_ASSIGN(order.body, launch::replace_tokens(std::move(body), tokens));
  return order;
}

Result<wire::StartCommand> start_command_of(const TaskOrder& order) {
  wire::StartCommand command;
  if (order.body.terminal) command.argv = launch::terminal_words("/osmo/usr/bin/sennit-user");
  command.argv.insert(command.argv.end(), order.body.command.begin(), order.body.command.end());
  command.argv.insert(command.argv.end(), order.body.args.begin(), order.body.args.end());
  command.environment = order.body.environment;
  SENNIT_ASSIGN(const EnvironmentList secrets,
                launch::credential_variables(order.body.credentials, order.order.credentials));
  command.environment.insert(command.environment.end(), secrets.begin(), secrets.end());
  command.environment.emplace_back("SENNIT_WORKFLOW_ID", order.context.id);
  command.environment.emplace_back("SENNIT_TASK", order.order.task);
  for (const char* name : {"SENNIT_ATTEMPT", proc::kEngineMark}) {
    command.environment.emplace_back(name, to_string(order.order.attempt));
  }
  command.environment.emplace_back("SENNIT_PROGRESS", kProgressFile);
  command.directory = order.body.workdir;
  return command;
}

void add_gpu_variables(const StartOrder& order, bool pretended, wire::StartCommand& command) {
  if (order.gpus.empty()) return;
  EnvironmentList& variables = command.environment;
  if (pretended) variables.emplace_back("CUDA_VISIBLE_DEVICES", to_string(order.gpus));
  if (order.gpu_share != 0) variables.emplace_back("SENNIT_GPU_SHARE", share_text(order.gpu_share));
  if (order.gpu_memory != Bytes()) {
    variables.emplace_back("SENNIT_GPU_MEMORY", std::to_string(order.gpu_memory.count()));
  }
}

}  // namespace sennit::agent

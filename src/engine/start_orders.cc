#include "engine/start_orders.h"

#include <fmt/format.h>

#include <algorithm>

namespace sennit::engine {
namespace {

// Where the latest attempt of `task` put its output, below the workflow's runs directory.
std::string output_dir(const core::WorkflowState& workflow, TaskIndex task) {
  return fmt::format("{}/{}/output", workflow.spec->name_of(task), workflow.task(task).number);
}

// Below the workflow's runs directory; absolute for an earlier workflow's task.
std::string input_dir(const core::WorkflowState& workflow, const InputSpec& input, const std::string& runs_dir) {
  if (input.kind != InputSpec::Kind::kTask) return {};
  if (input.from_other) return input.other_dir.empty() ? std::string() : runs_dir + "/" + input.other_dir;
  return input.task.value() < workflow.tasks.size() ? output_dir(workflow, input.task) : std::string();
}

std::vector<std::string> input_dirs(const core::WorkflowState& workflow, TaskIndex task, const std::string& runs_dir) {
  if (!has_inputs(workflow.spec->body_bytes(task))) return {};
  const Result<TaskBody> body = workflow.spec->body_of(task);
  if (!body) return {};  // the runner reads the same bytes and reports what is wrong with them
  std::vector<std::string> dirs;
  for (const InputSpec& input : body->inputs) dirs.push_back(input_dir(workflow, input, runs_dir));
  return dirs;
}

// What is reserved by name. One CPU is reserved for a task that names none, which is no wish to be held to it.
ResourceLimits limits_of(const ResourceRequest& request) {
  return {.memory = request.memory, .cpus = request.cpus.value_or(0)};
}

}  // namespace

std::string loopback_address(WorkflowKey workflow, TaskIndex task) {
  // 127.0.x.y stays free for people; 127.255.x.y holds the broadcast address.
  constexpr std::uint64_t kAddresses = 254 * 65'536;
  constexpr std::uint64_t kStride = 65'543;  // prime: neighbours in key lie far apart
  const std::uint64_t place = (workflow.value() % kAddresses * kStride + task.value()) % kAddresses;
  return fmt::format("127.{}.{}.{}", 1 + place / 65'536, place / 256 % 256, place % 256);
}

void set_gpu_part(StartOrder& order, const HostCapacity& host, const core::TaskNeeds& needs) {
  if (order.gpus.empty() || !needs.shares_gpus()) return;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!order.gpus.contains(device)) continue;
    const std::uint64_t memory = std::min(host.gpu_memory(device).count(), core::kMostMemory);
    const std::uint64_t of_memory =
        memory == 0 ? 0 : std::clamp<std::uint64_t>(kWholeGpu * needs.gpu_memory / memory, 1, kWholeGpu);
    const std::uint32_t share = needs.gpu_share != 0 ? needs.gpu_share : static_cast<std::uint32_t>(of_memory);
    const Bytes given(needs.gpu_memory != 0 ? needs.gpu_memory : memory * needs.gpu_share / kWholeGpu);
    order.gpu_share = order.gpu_share == 0 ? share : std::min(order.gpu_share, share);
    order.gpu_memory = order.gpu_memory == Bytes() ? given : std::min(order.gpu_memory, given);
  }
}

StartOrder start_order(const core::WorkflowState& workflow, const effect::Start& start, const std::string& runs_dir) {
  const Workflow& spec = *workflow.spec;
  const TaskIndex task = start.attempt.task;
  const GroupSpec& group = spec.group(spec.tasks[task.value()].group);
  StartOrder order;
  order.attempt = start.attempt;
  order.task = spec.name_of(task);
  order.body = spec.body_bytes(task);
  order.gpus = start.gpus;
  order.behind = start.behind;
  order.input_dirs = input_dirs(workflow, task, runs_dir);
  order.limits = limits_of(spec.resources_of(task));
  if (group.task_count == 1) return order;
  order.group = spec.tasks[task.value()].group.value();
  order.barrier = group.barrier;
  // Only who names a peer gets the list: sent to all, a group of N tasks would cost N times N names.
  if (order.body.find("host:") == std::string::npos) return order;
  for (const TaskIndex peer : core::TaskRange(group)) {
    order.hosts.emplace_back(spec.name_of(peer), loopback_address(workflow.key, peer));
  }
  return order;
}

StartOrder restart_order(const core::WorkflowState& workflow, const effect::Restart& restart,
                         const std::string& runs_dir) {
  StartOrder order = start_order(workflow, {restart.attempt, restart.host, restart.gpus}, runs_dir);
  order.incarnation = restart.incarnation;
  return order;
}

}  // namespace sennit::engine

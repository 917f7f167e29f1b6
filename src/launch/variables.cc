#include "launch/variables.h"

#include <utility>

namespace sennit::launch {
namespace {

constexpr std::string_view kDevices = "CUDA_VISIBLE_DEVICES";
constexpr std::string_view kDeviceOrder = "CUDA_DEVICE_ORDER";

EnvironmentList with_workflow_id(const WorkflowContext& context) {
  EnvironmentList variables = context.environment;
  variables.emplace_back("SENNIT_WORKFLOW_ID", context.id);
  return variables;
}

}  // namespace

WorkflowWorld::WorkflowWorld(WorkflowContext context, std::string progress)
    : context_(std::move(context)), environment_(with_workflow_id(context_)), progress_(std::move(progress)) {
  context_.environment.clear();  // the environment has it now
}

bool OwnVariables::has(std::string_view name) const {
  for (const auto& [own, value] : task) {
    if (own == name) return true;
  }
  return false;
}

Result<void> collect_variables(const WorkflowWorld& world, const StartOrder& order, EnvironmentList environment,
                               OwnVariables& own) {
  own.task.reserve(environment.size());
  for (auto& [name, value] : environment) {
    if (name == kDevices && !order.gpus.empty()) {
      // The lease says which devices it gets, whatever the file says; in which order, the file may say.
      if (parse_gpus(value) != order.gpus) continue;
      std::erase(value, ' ');
    }
    if (!proc::is_valid_variable(name, value)) {
      return Error(ErrorCode::kInvalid,
                   "the environment variable '" + name + "' cannot be set: '=' in its name, or NUL");
    }
    own.task.emplace_back(std::move(name), std::move(value));
  }
  own.list.reserve(own.task.size() + 7);
  for (const auto& [name, value] : own.task) own.add(name, value);
  own.attempt = to_string(order.attempt);
  own.add("SENNIT_TASK", order.task);
  own.add("SENNIT_ATTEMPT", own.attempt);
  if (!world.progress().empty()) {
    own.progress = world.progress() + "/" + own.attempt;
    own.add("SENNIT_PROGRESS", own.progress);
  }
  if (order.gpus.empty()) return {};
  own.devices = to_string(order.gpus);
  if (order.gpu_share != 0) {
    own.share = share_text(order.gpu_share);
    own.add("SENNIT_GPU_SHARE", own.share);
  }
  if (order.gpu_memory != Bytes()) {
    own.gpu_memory = std::to_string(order.gpu_memory.count());
    own.add("SENNIT_GPU_MEMORY", own.gpu_memory);
  }
  if (!own.has(kDevices)) own.add(kDevices, own.devices);
  // Devices are numbered as NVML does; CUDA's own default order is by speed.
  if (!own.has(kDeviceOrder) && world.environment().find(kDeviceOrder) == nullptr) own.add(kDeviceOrder, "PCI_BUS_ID");
  return {};
}

std::string absolute(const std::string& path, const std::string& directory) {
  if (path.starts_with('/')) return path;
  const std::string& base = directory.empty() ? std::string("/") : directory;
  if (path.empty()) return base;
  return base + "/" + path;
}

}  // namespace sennit::launch

#include "core/shape.h"

#include <algorithm>

namespace sennit::core {
namespace {

// A device that a job names is its own in every strategy, so a hybrid is balanced for the others.
bool is_balanced(Allocation allocation) {
  return allocation == Allocation::kLoadBalanced || allocation == Allocation::kHybrid;
}

}  // namespace

TaskNeeds needs_of(const Workflow& workflow, TaskIndex task) {
  const ResourceRequest& request = workflow.resources_of(task);
  TaskNeeds needs;
  needs.gpu_count = request.gpu_devices.empty() ? request.gpu_count : 0;
  needs.gpu_devices = request.gpu_devices.bits();
  if (needs.gpus_wanted() > 0) {
    needs.allowed_gpus = workflow.gpus.bits();
    needs.gpu_share = request.gpu_share;
    needs.gpu_memory = std::min(request.gpu_memory.count(), kMostMemory);
    needs.balanced = is_balanced(workflow.allocation) && needs.gpu_devices == 0;
  }
  needs.cpus = request.cpus ? std::max(*request.cpus, 1U) : (needs.gpus_wanted() > 0 ? 0U : 1U);
  needs.memory = std::min(request.memory.count(), kMostMemory);
  needs.storage = std::min(request.storage.count(), kMostMemory);
  return needs;
}

std::vector<GpuSet> fixed_devices(const Workflow& workflow) {
  if (workflow.allocation != Allocation::kFixed || workflow.gpus.empty()) return {};
  std::vector<unsigned> devices;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (workflow.gpus.contains(device)) devices.push_back(device);
  }
  std::vector<GpuSet> fixed(workflow.tasks.size());
  std::size_t turn = 0;
  for (std::uint32_t i = 0; i < fixed.size(); ++i) {
    const ResourceRequest& request = workflow.resources_of(TaskIndex(i));
    if (!request.gpu_devices.empty() || request.gpu_count > devices.size()) continue;
    for (std::uint32_t n = 0; n < request.gpu_count; ++n) fixed[i].add(devices[turn++ % devices.size()]);
  }
  return fixed;
}

}  // namespace sennit::core

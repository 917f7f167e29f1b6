#include "core/cost.h"

#include <algorithm>
#include <string>

#include "core/gpu_use.h"
#include "model/gpu_prices.h"

namespace sennit::core {
namespace {

constexpr double kMicrosPerHour = 3'600e6;

Micros between(Instant from, Instant until) {
  return from.is_set() && until.is_set() ? std::max(until - from, Micros(0)) : Micros(0);
}

void add_row(GpuTime& sum, const WorkflowState& workflow, TaskIndex task, Instant until) {
  const TaskState& row = workflow.task(task);
  if (row.gpus.empty()) return;
  const ResourceRequest& request = workflow.spec->resources_of(task);
  const std::uint64_t paid = paid_thousandths(request, row.gpus.count(), gpu_part_of(workflow, task));
  add_gpu_time(sum, workflow, task, paid, between(row.placed_at, until));
}

void add_past(GpuTime& sum, const WorkflowState& workflow, const PastAttempt& past) {
  const ResourceRequest& request = workflow.spec->resources_of(past.task);
  const std::uint64_t paid = paid_thousandths(request, past.gpus.count(), past.gpu_part);
  add_gpu_time(sum, workflow, past.task, paid, between(past.placed_at, past.ended_at));
}

}  // namespace

void add_gpu_time(GpuTime& sum, const WorkflowState& workflow, TaskIndex task, std::uint64_t thousandths, Micros time) {
  if (thousandths == 0 || time.count() <= 0) return;
  const std::string& platform = workflow.spec->resources_of(task).platform;
  sum[workflow.submission.prices.of(platform)] += thousandths * static_cast<std::uint64_t>(time.count()) / kWholeGpu;
}

std::uint64_t paid_thousandths(const ResourceRequest& request, std::uint64_t gpus, std::uint32_t gpu_part) {
  if (request.gpu_share > 0) return gpus * request.gpu_share;
  return gpu_part > 0 ? gpu_part : gpus * kWholeGpu;
}

std::uint32_t part_by_memory(const ResourceRequest& request, const HostCapacity& host, GpuSet gpus) {
  const std::uint64_t asked = request.gpu_memory.count();
  if (asked == 0 || request.gpu_share > 0) return 0;
  std::uint32_t part = 0;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!gpus.contains(device)) continue;
    GpuUse use;
    use.add({.memory = std::min(asked, kMostMemory)});
    const Bytes memory = host.gpu_memory(device);
    part += memory == Bytes() ? kWholeGpu : use.share_used(memory);
  }
  return part;
}

std::uint32_t gpu_part_of(const WorkflowState& workflow, TaskIndex task) {
  const auto found = workflow.gpu_parts.find(task);
  return found == workflow.gpu_parts.end() ? 0 : found->second;
}

void count_gpu_time(WorkflowState& workflow, TaskIndex task, Instant until) {
  if (is_active(workflow.task(task).status)) add_row(workflow.gpu_time, workflow, task, until);
}

GpuTime count_gpu_time_again(const WorkflowState& workflow) {
  GpuTime sum;
  for (const PastAttempt& past : workflow.past) add_past(sum, workflow, past);
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    if (!is_active(workflow.tasks[t].status)) add_row(sum, workflow, TaskIndex(t), workflow.tasks[t].ended_at);
  }
  return sum;
}

GpuTime gpu_time_until(const WorkflowState& workflow, Instant now) {
  GpuTime sum = workflow.gpu_time;
  if (workflow.active == 0) return sum;
  for (std::uint32_t t = 0; t < workflow.tasks.size(); ++t) {
    if (is_active(workflow.tasks[t].status)) add_row(sum, workflow, TaskIndex(t), now);
  }
  return sum;
}

Cost cost_of(const GpuTime& time) {
  Cost cost;
  for (const auto& [price, gpu_us] : time) {
    const double hours = static_cast<double>(gpu_us) / kMicrosPerHour;
    cost.gpu_hours += hours;
    if (price > 0) {
      cost.amount = cost.amount.value_or(0) + hours * static_cast<double>(price) / static_cast<double>(kMillionths);
    }
  }
  return cost;
}

}  // namespace sennit::core

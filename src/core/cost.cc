#include "core/cost.h"

#include <algorithm>

#include "model/gpu_prices.h"

namespace sennit::core {
namespace {

constexpr double kMicrosPerHour = 3'600e6;

Micros between(Instant from, Instant until) {
  return from.is_set() && until.is_set() ? std::max(until - from, Micros(0)) : Micros(0);
}

void add_row(GpuTime& sum, const WorkflowState& workflow, TaskIndex task, Instant until) {
  const TaskState& row = workflow.task(task);
  if (!row.gpus.empty()) add_gpu_time(sum, workflow, task, row.gpus.count(), between(row.placed_at, until));
}

}  // namespace

void add_gpu_time(GpuTime& sum, const WorkflowState& workflow, TaskIndex task, std::uint64_t gpus, Micros time) {
  if (gpus == 0 || time.count() <= 0) return;
  const ResourceRequest& request = workflow.spec->resources_of(task);
  const std::uint64_t part = request.gpu_share > 0 ? request.gpu_share : kWholeGpu;
  sum[workflow.submission.prices.of(request.platform)] +=
      gpus * part * static_cast<std::uint64_t>(time.count()) / kWholeGpu;
}

void count_gpu_time(WorkflowState& workflow, TaskIndex task, Instant until) {
  if (is_active(workflow.task(task).status)) add_row(workflow.gpu_time, workflow, task, until);
}

GpuTime count_gpu_time_again(const WorkflowState& workflow) {
  GpuTime sum;
  for (const PastAttempt& past : workflow.past) {
    add_gpu_time(sum, workflow, past.task, past.gpus.count(), between(past.placed_at, past.ended_at));
  }
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

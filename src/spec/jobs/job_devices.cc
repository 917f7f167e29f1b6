#include "spec/jobs/job_devices.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/jobs/job_command.h"
#include "spec/tasks/task_reader.h"

namespace sennit::spec {
namespace {

bool asks(const ResourceRequest& resources) { return resources.gpu_count > 0 || !resources.gpu_devices.empty(); }

void report_conflict(Reporter& reporter, Span at, std::string message) {
  reporter.error(Code::kGpuConflict, at, std::move(message), {.expected = "one of the two", .suggestion = {}});
}

// The job's own variable beside its `resources`.
void settle_own_variable(Reporter& reporter, JobDraft& job) {
  const VisibleDevices& visible = job.visible;
  if (!visible.devices) return;
  if (visible.devices->empty()) {
    if (!job.asks_gpu && !job.resources.shares_gpus()) return;
    return report_conflict(reporter, visible.at, "CUDA_VISIBLE_DEVICES hides all GPUs, but 'resources' asks for one");
  }
  if (job.asks_gpu && job.resources.gpu_devices != *visible.devices) {
    const std::string asked = job.resources.gpu_share > 0   ? "a part of any GPU"
                              : job.resources.gpu_count > 0 ? "any GPU"
                                                            : "GPU " + to_string(job.resources.gpu_devices);
    return report_conflict(
        reporter, visible.at,
        fmt::format("CUDA_VISIBLE_DEVICES asks for GPU {}, 'resources' for {}", to_string(*visible.devices), asked));
  }
  if (!job.asks_gpu) job.gpu_at = visible.at;
  job.resources.gpu_devices = *visible.devices;
}

// Memory of no device is one's that any of them has.
void settle_memory(Reporter& reporter, JobDraft& job) {
  if (job.resources.gpu_memory == Bytes() || asks(job.resources)) return;
  const bool hidden = job.visible.devices && job.visible.devices->empty();  // which is a conflict already
  if (job.asks_gpu && !hidden) {
    reporter.error(Code::kGpuMemoryOfNone, job.gpu_at, "'gpu_memory' is asked for, but 'gpus' has no device",
                   {.expected = "a device in 'gpus', or no 'gpus' for any one", .suggestion = {}});
    return;
  }
  job.resources.gpu_count = 1;
}

}  // namespace

void note_visible_devices(Reporter& reporter, const Node& env, const EnvironmentList& environment,
                          VisibleDevices& visible) {
  visible = {};
  if (!env.is_mapping()) return;
  for (const Node& entry : Children(env)) {
    if (entry.key->text != kVisibleDevices) continue;
    const auto read = std::ranges::find(environment, kVisibleDevices, &EnvironmentList::value_type::first);
    if (read == environment.end()) return;
    visible = {.at = entry.at, .devices = parse_gpus(read->second)};
    if (visible.devices) return;
    reporter.warning(Code::kNoEffect, entry.at,
                     fmt::format("'{}' is passed on, but no GPU is reserved for it", read->second),
                     {.expected = "device numbers such as \"0,1\"", .suggestion = {}});
  }
}

void settle_devices(Reporter& reporter, const WorkflowDevices& workflow, JobDraft& job) {
  settle_own_variable(reporter, job);
  settle_memory(reporter, job);
  if (!asks(job.resources)) return;
  if (workflow.hidden) {
    return report_conflict(reporter, job.gpu_at,
                           "the job asks for a GPU, but the workflow's CUDA_VISIBLE_DEVICES hides all");
  }
  const GpuSet missing = job.resources.gpu_devices.without(workflow.allowed);
  if (workflow.allowed.empty() || missing.empty()) return;
  reporter.error(
      Code::kGpuNotListed, job.gpu_at,
      fmt::format("GPU {} is not among the workflow's ({})", to_string(missing), to_string(workflow.allowed)),
      {.expected = workflow.from_flag ? "a device that --gpus names" : "a device that 'resources.gpus' lists",
       .suggestion = {}});
}

void show_devices(const WorkflowDevices& workflow, const JobDraft& job, EnvironmentList& environment) {
  if (asks(job.resources)) {  // the lease says which
    std::erase_if(environment, [](const auto& variable) { return variable.first == kVisibleDevices; });
  } else if (!job.visible.is_set() && !workflow.allowed.empty()) {
    set_variable(environment, std::string(kVisibleDevices), to_string(workflow.allowed));
  }
}

}  // namespace sennit::spec

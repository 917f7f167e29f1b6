// Which GPUs a job gets. Up to four places have a say: the job's `resources`, CUDA_VISIBLE_DEVICES in its `env`, the
// workflow's list (`resources.gpus`, or CUDA_VISIBLE_DEVICES in the workflow's `env`) and --gpus.
//
// A job that asks gets its devices for itself, and the lease says which: no variable of the file can contradict it. A
// job that does not ask sees the workflow's devices, and none beside them.
//
// Threads:   any.
#pragma once

#include "model/resources.h"
#include "spec/jobs/job_draft.h"
#include "spec/reporter.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

inline constexpr std::string_view kVisibleDevices = "CUDA_VISIBLE_DEVICES";

// The devices that a job of the workflow may use.
struct WorkflowDevices {
  GpuSet allowed;  // empty: all of the host, unless `hidden`
  bool from_flag = false;
  bool hidden = false;  // the workflow's CUDA_VISIBLE_DEVICES says that there is none
};

// Takes note of CUDA_VISIBLE_DEVICES in a map of variables that was read into `environment`.
void note_visible_devices(Reporter& reporter, const Node& env, const EnvironmentList& environment,
                          VisibleDevices& visible);

// Makes one request of the job's: `resources` and its own CUDA_VISIBLE_DEVICES agree, and the workflow has the devices.
void settle_devices(Reporter& reporter, const WorkflowDevices& workflow, JobDraft& job);

// What CUDA_VISIBLE_DEVICES is for a settled job, in the environment that was put together for it.
void show_devices(const WorkflowDevices& workflow, const JobDraft& job, EnvironmentList& environment);

}  // namespace sennit::spec

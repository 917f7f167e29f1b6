// One task of the tasks dialect while it is being read: what the model will hold, and the places of what can only be
// judged when the whole task is known.
//
// Threads:   one. Reused from task to task, so that a million of them do not allocate a million times.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/task_body.h"
#include "model/workflow.h"
#include "spec/yaml/mark.h"

namespace sennit::spec {

struct TaskDraft {
  bool has_name = false;
  std::string name;
  Span name_at;
  std::string resource;
  Span resource_at;
  TaskBody body;
  TaskPolicy policy;
  bool lead = false;
  Span lead_at;
  std::vector<Span> input_at;  // beside body.inputs
  std::vector<Span> mount_at;  // beside body.volume_mounts
  Span privileged_at;
  Span host_network_at;

  // Empty again, with its memory kept.
  void reset();
};

}  // namespace sennit::spec

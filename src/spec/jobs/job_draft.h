// One job, and the header fields of a jobs file, while they are being read.
//
// Threads:   one.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/workflow.h"
#include "spec/yaml/mark.h"

namespace sennit::spec {

// CUDA_VISIBLE_DEVICES, where it was written.
struct VisibleDevices {
  Span at;
  std::optional<GpuSet> devices;  // empty: it hides all; nothing: it names them in another way, such as a UUID
  bool is_set() const { return at.line != 0; }
};

struct JobsHeader {
  std::string name;
  std::string description;
  EnvironmentList environment;
  VisibleDevices visible;
  std::string output_dir;
  std::string workdir;
  Micros timeout{};
  std::optional<bool> tui;
  std::uint32_t max_parallel = 0;
  Allocation allocation = Allocation::kDynamic;
  std::optional<GpuSet> gpus;
  std::optional<GpuSet> local_gpus;
  std::vector<std::string> remotes;
  std::optional<double> cost_per_gpu_hour;
};

struct JobDraft {
  bool has_name = false;
  std::string name;
  Span at;
  Span name_at;
  bool has_verb = false;
  std::string verb;
  Span verb_at;
  std::string config;
  Span config_at;
  std::vector<std::pair<std::string, Span>> depends_on;
  std::vector<std::string> args;
  EnvironmentList environment;
  std::string workdir;
  TaskPolicy policy;
  ResourceRequest resources;
  bool asks_gpu = false;  // by `resources`
  Span gpu_at;
  VisibleDevices visible;  // in its own env, or by --set-env
  std::string remote;
  Span remote_at;
};

}  // namespace sennit::spec

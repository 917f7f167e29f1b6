// What a workflow file says beside what the model holds: words that users chose, and in which lines they stand. For
// those who write a file from a file, such as `render -o yaml` and `convert`.
//
// Threads:   a plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/workflow.h"

namespace sennit::spec {

// Where something stands in the user's file, as a Diagnostic has it: from 1, in characters.
struct NotedPlace {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::uint32_t length = 0;
};

// A field that is there.
struct FieldNote {
  std::string name;
  NotedPlace at;  // of its key
};
using FieldNotes = std::vector<FieldNote>;

struct TopologyNote {
  std::string key;
  std::string group = "default";
  std::string requirement = "required";
};

// An entry of a tasks file's `resources:`, its platform resolved.
struct ResourceNote {
  std::string name;
  NotedPlace at;
  ResourceRequest request;
  std::vector<std::string> nodes_excluded;
  std::vector<TopologyNote> topology;
  FieldNotes fields;
};

struct TaskNote {
  NotedPlace at;         // of its name; if places were wanted
  std::string resource;  // tasks: the entry of `resources` that it takes
  std::string workdir;   // jobs: its own, as written but expanded
  FieldNotes fields;     // if places were wanted
};

struct SourceNotes {
  FieldNotes header;
  FieldNotes header_resources;         // jobs: the fields of the workflow's `resources`
  std::optional<Micros> exec_timeout;  // tasks: as asked for, before the pool's defaults and limits
  std::optional<Micros> queue_timeout;
  std::vector<ResourceNote> resources;  // tasks: by name
  EnvironmentList environment;          // jobs: the workflow's own, expanded
  std::string workdir;                  // jobs: the workflow's own, expanded
  std::optional<bool> tui;              // jobs
  std::optional<double> cost_per_gpu_hour;
  std::vector<TaskNote> tasks;  // by TaskIndex
};

}  // namespace sennit::spec

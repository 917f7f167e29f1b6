// Reads one task: every field with its coercions and checks (reference: osmo-spec 1.5 to 1.8). What needs other tasks
// or the workflow's resources is left to WorkflowReader.
//
// Threads:   one.
// Ownership: works on a reporter and options that must outlive it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "spec/load.h"
#include "spec/reporter.h"
#include "spec/tasks/task_draft.h"
#include "spec/yaml/node.h"

namespace sennit::spec {

class Schema;

class TaskReader {
 public:
  // `environment` is what --set-env adds to every task.
  TaskReader(const LoadOptions& options, const Limits& limits, Reporter& reporter, const EnvironmentList& environment)
      : options_(options), limits_(limits), reporter_(reporter), environment_(environment) {}

  // Fills `draft`, which has been reset. False if the node is not a map at all.
  bool read(const Node& node, TaskDraft& draft);

  Reporter& reporter() { return reporter_; }
  const LoadOptions& options() const { return options_; }

  // Reports an image that is none; remembers good ones, since files repeat a few.
  void check_image(const std::string& image, Span at);
  // The contents of a `localpath`.
  bool read_local_file(const Node& path, std::string& contents);

 private:
  void add_environment(TaskDraft& draft) const;

  const LoadOptions& options_;
  const Limits& limits_;
  Reporter& reporter_;
  const EnvironmentList& environment_;
  std::unordered_set<std::string> images_;
};

// A task as JSON Schema, and what it is called in "$defs".
inline constexpr std::string_view kTaskDefinition = "task-entry";
Schema task_schema();

// Whether tasks have a field of this name.
bool is_task_field(std::string_view name);

// The list fields, by name: each reads one whole list or map of a task.
void read_inputs(TaskReader& reader, const Node& value, TaskDraft& draft);
void read_outputs(TaskReader& reader, const Node& value, TaskDraft& draft);
void read_files(TaskReader& reader, const Node& value, TaskDraft& draft);
void read_credentials(TaskReader& reader, const Node& value, TaskDraft& draft);
void read_checkpoints(TaskReader& reader, const Node& value, TaskDraft& draft);
void read_kpis(TaskReader& reader, const Node& value, TaskDraft& draft);

// What each of them takes.
Schema inputs_shape();
Schema outputs_shape();
Schema files_shape();
Schema credentials_shape();
Schema checkpoints_shape();
Schema kpis_shape();

// A map of text to text; used for a task's and for --set-env.
void set_variable(EnvironmentList& environment, std::string name, std::string value);

}  // namespace sennit::spec

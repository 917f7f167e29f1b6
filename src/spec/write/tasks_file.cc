#include <fmt/format.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "spec/exit_actions.h"
#include "spec/write/canonical.h"
#include "spec/write/dialect_files.h"
#include "spec/write/yaml_writer.h"

namespace sennit::spec {
namespace {

constexpr std::string_view kDefaultResource = "default";
constexpr std::size_t kBase64Line = 76;

template <class Map>
void write_texts_by_name(YamlWriter& yaml, std::string_view key, const Map& entries) {
  if (entries.empty()) return;
  yaml.key(key);
  yaml.begin_map();
  for (const auto& [name, value] : entries) yaml.field(name, value);
  yaml.end_map();
}

void write_if_there(YamlWriter& yaml, std::string_view key, const std::string& value) {
  if (!value.empty()) yaml.field(key, value);
}

void write_if_there(YamlWriter& yaml, std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  yaml.key(key);
  yaml.texts(values);
}

// A list of maps.
template <class Item, class Write>
void write_items(YamlWriter& yaml, std::string_view key, const std::vector<Item>& items, Write write) {
  if (items.empty()) return;
  yaml.key(key);
  yaml.begin_list();
  for (const Item& item : items) {
    yaml.begin_map();
    write(yaml, item);
    yaml.end_map();
  }
  yaml.end_list();
}

void write_timeout(YamlWriter& yaml, const TaskPolicy& policy) {
  if (policy.exec_timeout.count() == 0 && policy.queue_timeout.count() == 0) return;
  yaml.key("timeout");
  yaml.begin_map();
  if (policy.exec_timeout.count() != 0) yaml.field("exec_timeout", duration_text(policy.exec_timeout));
  if (policy.queue_timeout.count() != 0) yaml.field("queue_timeout", duration_text(policy.queue_timeout));
  yaml.end_map();
}

void write_topology(YamlWriter& yaml, const TopologyNote& topology) {
  yaml.field("key", topology.key);
  if (topology.group != TopologyNote().group) yaml.field("group", topology.group);
  if (topology.requirement != TopologyNote().requirement) yaml.field("requirementType", topology.requirement);
}

void write_resource(YamlWriter& yaml, const ResourceNote& resource) {
  const ResourceRequest& request = resource.request;
  yaml.key(resource.name);
  yaml.begin_map();
  if (request.cpus) yaml.bare_field("cpu", fmt::format("{}", *request.cpus));
  if (request.gpu_share > 0) {
    yaml.bare_field("gpu", share_text(request.gpu_share));
  } else if (request.gpu_count > 0) {
    yaml.bare_field("gpu", fmt::format("{}", request.gpu_count));
  }
  if (request.gpu_memory != Bytes()) yaml.field("gpu_memory", quantity_text(request.gpu_memory));
  if (request.memory != Bytes()) yaml.field("memory", quantity_text(request.memory));
  if (request.storage != Bytes()) yaml.field("storage", quantity_text(request.storage));
  write_if_there(yaml, "platform", request.platform);
  write_if_there(yaml, "nodesExcluded", resource.nodes_excluded);
  write_items(yaml, "topology", resource.topology, write_topology);
  yaml.end_map();
}

// Whether it is what a file without `resources` has.
bool says_nothing(const std::vector<ResourceNote>& resources) {
  return resources.size() == 1 && resources.front().name == kDefaultResource &&
         resources.front().request == ResourceRequest() && resources.front().nodes_excluded.empty() &&
         resources.front().topology.empty();
}

void write_resources(YamlWriter& yaml, const std::vector<ResourceNote>& resources) {
  if (says_nothing(resources)) return;
  yaml.key("resources");
  yaml.begin_map();
  for (const ResourceNote& resource : resources) write_resource(yaml, resource);
  yaml.end_map();
}

void write_taken_dataset(YamlWriter& yaml, const std::string& name) {
  yaml.key("dataset");
  yaml.begin_map();
  yaml.field("name", name);
  yaml.end_map();
}

void write_input(YamlWriter& yaml, const InputSpec& input) {
  switch (input.kind) {
    case InputSpec::Kind::kTask: yaml.field("task", input.source); break;
    case InputSpec::Kind::kUrl: yaml.field("url", input.source); break;
    case InputSpec::Kind::kDataset: write_taken_dataset(yaml, input.source); break;
  }
  write_if_there(yaml, "regex", input.regex);
}

void write_made_dataset(YamlWriter& yaml, std::string_view key, const OutputSpec& output) {
  yaml.key(key);
  yaml.begin_map();
  yaml.field("name", output.target);
  write_if_there(yaml, "path", output.path);
  write_if_there(yaml, "paths", output.paths);
  write_if_there(yaml, "metadata", output.metadata);
  write_if_there(yaml, "labels", output.labels);
  yaml.end_map();
}

void write_output(YamlWriter& yaml, const OutputSpec& output) {
  switch (output.kind) {
    case OutputSpec::Kind::kUrl: yaml.field("url", output.target); break;
    case OutputSpec::Kind::kDataset: write_made_dataset(yaml, "dataset", output); break;
    case OutputSpec::Kind::kUpdateDataset: write_made_dataset(yaml, "update_dataset", output); break;
  }
  write_if_there(yaml, "regex", output.regex);
}

// Bytes that are no text are written as base64, in lines; and what was base64 stays it, since tokens mean nothing
// there.
void write_file(YamlWriter& yaml, const FileSpec& file) {
  yaml.field("path", file.path);
  const bool is_text =
      first_bad_utf8(file.contents) == std::string_view::npos && file.contents.find('\0') == std::string::npos;
  if (is_text && !file.raw) {
    yaml.field("contents", file.contents);
    return;
  }
  std::string lines;
  const std::string encoded = encode_base64(file.contents);
  for (std::size_t at = 0; at < encoded.size(); at += kBase64Line) {
    lines.append(encoded, at, kBase64Line).append("\n");
  }
  yaml.field("contents", encoded.size() > kBase64Line ? lines : encoded);
  yaml.bare_field("base64", "true");
}

void write_credentials(YamlWriter& yaml, const std::vector<CredentialUse>& credentials) {
  if (credentials.empty()) return;
  yaml.key("credentials");
  yaml.begin_map();
  for (const CredentialUse& use : credentials) {
    yaml.key(use.credential);
    if (!use.mount_dir.empty()) {
      yaml.text(use.mount_dir);
      continue;
    }
    yaml.begin_map();
    for (const auto& [variable, key] : use.env) yaml.field(variable, key);
    yaml.end_map();
  }
  yaml.end_map();
}

void write_checkpoint(YamlWriter& yaml, const CheckpointSpec& checkpoint) {
  yaml.field("path", checkpoint.path);
  yaml.field("url", checkpoint.url);
  yaml.field("frequency", duration_text(Micros(checkpoint.frequency_us)));
  write_if_there(yaml, "regex", checkpoint.regex);
}

void write_kpi(YamlWriter& yaml, const KpiSpec& kpi) {
  yaml.field("index", kpi.index);
  yaml.field("path", kpi.path);
}

class TasksFile {
 public:
  TasksFile(const Workflow& workflow, const SourceNotes& notes) : workflow_(workflow), notes_(notes) {}

  Result<std::string> write() {
    yaml_.begin_map();
    yaml_.key("workflow");
    yaml_.begin_map();
    yaml_.field("name", workflow_.name);
    write_texts_by_name(yaml_, "labels", workflow_.labels);
    if (!workflow_.policies.empty()) write_timeout(yaml_, workflow_.policies.front());
    write_resources(yaml_, notes_.resources);
    const bool grouped = !workflow_.groups.empty() && workflow_.groups.front().name.size > 0;
    yaml_.key(grouped ? "groups" : "tasks");
    yaml_.begin_list();
    for (std::uint32_t i = 0; i < workflow_.groups.size(); ++i) SENNIT_TRY(write_group(GroupIndex(i)));
    yaml_.end_list();
    yaml_.end_map();
    yaml_.end_map();
    // One newline at the end of the section belongs to the template, not to the last value.
    if (yaml_.ends_with_open_text()) text_ += '\n';
    return std::move(text_);
  }

 private:
  Result<void> write_group(GroupIndex index) {
    const GroupSpec& group = workflow_.group(index);
    const bool named = group.name.size > 0;
    if (named) {
      yaml_.begin_map();
      yaml_.field("name", workflow_.name_of(index));
      if (!group.barrier) yaml_.bare_field("barrier", "false");
      if (!group.ignore_nonlead_status) yaml_.bare_field("ignoreNonleadStatus", "false");
      yaml_.key("tasks");
      yaml_.begin_list();
    }
    for (std::uint32_t i = 0; i < group.task_count; ++i) {
      const TaskIndex task(group.first_task.value() + i);
      SENNIT_ASSIGN(const TaskBody body, workflow_.body_of(task));
      yaml_.begin_map();
      write_task(task, body, workflow_.tasks[task.value()].lead && group.task_count > 1);
      yaml_.end_map();
    }
    if (named) {
      yaml_.end_list();
      yaml_.end_map();
    }
    return {};
  }

  void write_task(TaskIndex task, const TaskBody& body, bool says_lead) {
    yaml_.field("name", workflow_.name_of(task));
    if (says_lead) yaml_.bare_field("lead", "true");
    yaml_.field("image", body.image);
    const std::string& resource = notes_.tasks[task.value()].resource;
    if (resource != kDefaultResource) yaml_.field("resource", resource);
    yaml_.key("command");
    yaml_.texts(body.command);
    write_if_there(yaml_, "args", body.args);
    write_texts_by_name(yaml_, "environment", body.environment);
    write_items(yaml_, "inputs", body.inputs, write_input);
    write_items(yaml_, "outputs", body.outputs, write_output);
    write_items(yaml_, "files", body.files, write_file);
    write_credentials(yaml_, body.credentials);
    write_texts_by_name(yaml_, "exitActions", exit_action_entries(workflow_.policy_of(task).exit_actions));
    write_items(yaml_, "checkpoint", body.checkpoints, write_checkpoint);
    write_items(yaml_, "kpis", body.kpis, write_kpi);
    if (body.terminal) yaml_.bare_field("tty", "true");
    if (body.privileged) yaml_.bare_field("privileged", "true");
    if (body.host_network) yaml_.bare_field("hostNetwork", "true");
    write_if_there(yaml_, "volumeMounts", body.volume_mounts);
    write_if_there(yaml_, "downloadType", body.download_type);
    write_if_there(yaml_, "cacheSize", body.cache_size);
  }

  const Workflow& workflow_;
  const SourceNotes& notes_;
  std::string text_;
  YamlWriter yaml_{text_, Braces::kProtected};
};

}  // namespace

Result<std::string> write_tasks_file(const Workflow& workflow, const SourceNotes& notes) {
  return TasksFile(workflow, notes).write();
}

}  // namespace sennit::spec

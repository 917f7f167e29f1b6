#include "spec/tasks/task_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/tasks/advice.h"
#include "spec/tasks/names.h"
#include "spec/tasks/resources.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

constexpr std::size_t kRememberedImages = 4096;

void read_task_name(TaskReader& reader, const Node& value, TaskDraft& draft) {
  if (value.again) report_second_name(reader.reporter(), *value.key, "a task");
  draft.name_at = value.at;
  draft.has_name = read_name(reader.reporter(), value, draft.name);
}

void read_image(TaskReader& reader, const Node& value, TaskDraft& draft) {
  if (!read_text(reader.reporter(), value, "'image'", Accept::kNumbers, draft.body.image)) return;
  reader.check_image(draft.body.image, value.at);
}

void read_command(TaskReader& reader, const Node& value, TaskDraft& draft) {
  if (!read_text_list(reader.reporter(), value, "'command'", Accept::kNumbers, draft.body.command)) return;
  if (!draft.body.command.empty()) return;
  reader.reporter().error(Code::kEmpty, value.at, "'command' is empty",
                          {.expected = "the program and its first arguments", .suggestion = {}});
}

void read_args(TaskReader& reader, const Node& value, TaskDraft& draft) {
  read_text_list(reader.reporter(), value, "'args'", Accept::kNumbers, draft.body.args);
}

void read_lead(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.lead = read_switch(reader.reporter(), value, "'lead'").value_or(false);
  draft.lead_at = value.at;
}

void read_environment(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.environment.clear();
  if (!expect_map(reader.reporter(), value, "'environment'")) return;
  draft.body.environment.reserve(value.count);
  for (const Node& entry : Children(value)) {
    std::string name = python_text(entry.key->type, entry.key->text);
    std::string text;
    if (!check_variable_name(reader.reporter(), *entry.key, name)) continue;
    warn_if_read_otherwise(reader.reporter(), *entry.key, "the name of a variable", name);
    if (entry.is_text() && entry.text.find('\0') == std::string_view::npos) {
      text = entry.text;
    } else if (!read_text(reader.reporter(), entry, fmt::format("the variable '{}'", name), Accept::kScalars, text)) {
      continue;
    }
    draft.body.environment.emplace_back(std::move(name), std::move(text));
  }
}

void read_privileged(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.privileged = read_switch(reader.reporter(), value, "'privileged'").value_or(false);
  draft.privileged_at = value.at;
}

void read_host_network(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.host_network = read_switch(reader.reporter(), value, "'hostNetwork'").value_or(false);
  draft.host_network_at = value.at;
}

void read_volume_mounts(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.mount_at.clear();
  const bool good =
      read_text_list(reader.reporter(), value, "'volumeMounts'", Accept::kNumbers, draft.body.volume_mounts);
  if (!good) draft.body.volume_mounts.clear();
  if (!good) return;
  for (const Node& item : Children(value)) draft.mount_at.push_back(item.at);
}

void read_download_type(TaskReader& reader, const Node& value, TaskDraft& draft) {
  if (value.is_null()) return;
  if (value.is_text() && value.text == "download") {
    draft.body.download_type = value.text;
    return;
  }
  reader.reporter().error(Code::kUnknownValue, value.at,
                          fmt::format("'downloadType' cannot be {}", value.is_scalar() ? value.text : describe(value)),
                          {.expected = "download", .suggestion = {}});
}

void read_cache_size(TaskReader& reader, const Node& value, TaskDraft& draft) {
  if (value.is_null()) return;
  if (!read_text(reader.reporter(), value, "'cacheSize'", Accept::kNumbers, draft.body.cache_size)) return;
  if (draft.body.cache_size.empty() || is_cache_size(draft.body.cache_size)) return;
  reader.reporter().error(Code::kBadCacheSize, value.at,
                          fmt::format("'cacheSize' is neither a share nor a quantity: '{}'", draft.body.cache_size),
                          {.expected = "0% to 100%, or bytes such as 20Gi", .suggestion = {}});
}

void read_resource(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.resource_at = value.at;
  read_text(reader.reporter(), value, "'resource'", Accept::kNumbers, draft.resource);
}

// OSMO's own bookkeeping: in the file it means nothing, but it must be well formed.
void ignore_internal(TaskReader& reader, const Node& value, TaskDraft& /*draft*/) {
  std::string ignored;
  if (value.key->text == "resources") {
    check_resource_fields(reader.reporter(), value);
  } else {
    read_text(reader.reporter(), value, "'backend'", Accept::kNumbers, ignored);
  }
  reader.reporter().warning(
      Code::kNoEffect, value.key->at, fmt::format("'{}' in a task has no effect", value.key->text),
      {.expected = "'resource', the name of an entry of the workflow's 'resources'", .suggestion = {}});
}

// Read before the tasks that it stands for; here for those who misspell it.
void matrix_is_written_out(TaskReader& /*reader*/, const Node& /*value*/, TaskDraft& /*draft*/) {}

using TaskField = FieldOf<TaskReader, TaskDraft>;
constexpr auto kTaskFields = std::to_array<TaskField>({
    {"name", read_task_name, Need::kRequired},
    {"image", read_image, Need::kRequired},
    {"command", read_command, Need::kRequired},
    {"args", read_args},
    {"inputs", read_inputs},
    {"outputs", read_outputs},
    {"resource", read_resource},
    {"environment", read_environment},
    {"files", read_files},
    {"lead", read_lead},
    {"credentials", read_credentials},
    {"exitActions", read_exit_actions},
    {"checkpoint", read_checkpoints},
    {"kpis", read_kpis},
    {"privileged", read_privileged},
    {"hostNetwork", read_host_network},
    {"volumeMounts", read_volume_mounts},
    {"downloadType", read_download_type},
    {"cacheSize", read_cache_size},
    {"matrix", matrix_is_written_out},
    {"resources", ignore_internal, Need::kHidden},
    {"backend", ignore_internal, Need::kHidden},
});

}  // namespace

bool is_task_field(std::string_view name) {
  return std::ranges::find(kTaskFields, name, &TaskField::name) != kTaskFields.end();
}

void TaskDraft::reset() {
  has_name = false;
  name.clear();
  resource = "default";
  resource_at = {};
  body.image.clear();
  body.command.clear();
  body.args.clear();
  body.environment.clear();
  body.files.clear();
  body.inputs.clear();
  body.outputs.clear();
  body.checkpoints.clear();
  body.credentials.clear();
  body.kpis.clear();
  body.volume_mounts.clear();
  body.privileged = false;
  body.host_network = false;
  body.cache_size.clear();
  body.download_type.clear();
  body.nodes_excluded.clear();
  policy.exit_actions.clear();
  lead = false;
  input_at.clear();
  mount_at.clear();
}

void set_variable(EnvironmentList& environment, std::string name, std::string value) {
  const auto found = std::ranges::find(environment, name, &std::pair<std::string, std::string>::first);
  if (found != environment.end()) {
    found->second = std::move(value);
  } else {
    environment.emplace_back(std::move(name), std::move(value));
  }
}

void TaskReader::check_image(const std::string& image, Span at) {
  if (images_.contains(image)) return;
  if (!is_image(image)) {
    reporter_.error(Code::kBadImage, at, fmt::format("'{}' is not an image", image),
                    {.expected = "[host[:port]/]name[:tag] in lower case, such as ubuntu:24.04", .suggestion = {}});
    return;
  }
  if (options_.advice == Advice::kGive) advise_on_image(image, at, reporter_);
  if (images_.size() < kRememberedImages) images_.insert(image);
}

void TaskReader::add_environment(TaskDraft& draft) const {
  for (const auto& [name, value] : environment_) set_variable(draft.body.environment, name, value);
}

bool TaskReader::read(const Node& node, TaskDraft& draft) {
  draft.name_at = node.at;
  if (!node.is_mapping()) {
    report_wrong_type(reporter_, node, "a task", "a map", "- name: ...");
    return false;
  }
  read_fields(*this, reporter_, node, "a task", kTaskFields, draft);
  add_environment(draft);
  return true;
}

bool TaskReader::read_local_file(const Node& path, std::string& contents) {
  std::string name;
  if (!read_text(reporter_, path, "'localpath'", Accept::kText, name)) return false;
  if (options_.files == nullptr) {
    reporter_.error(Code::kLocalFile, path.at,
                    "'localpath' is not possible here: the file came without its neighbours");
    return false;
  }
  const std::string& base = options_.file_directory.empty() ? options_.directory : options_.file_directory;
  const std::string full = name.starts_with('/') ? name : fmt::format("{}/{}", base, name);
  Result<std::string> read = options_.files->read(full, limits_.scalar_bytes);
  if (!read) {
    reporter_.error(Code::kLocalFile, path.at, fmt::format("'{}' cannot be read: {}", name, read.error().message()),
                    {.expected = "a file beside the workflow's", .suggestion = {}});
    return false;
  }
  contents = std::move(read).value();
  return true;
}

}  // namespace sennit::spec

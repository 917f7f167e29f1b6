#include "spec/tasks/task_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "spec/exit_actions.h"
#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/schema/shapes.h"
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

void read_tty(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.terminal = read_switch(reader.reporter(), value, "'tty'").value_or(false);
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

void read_task_exit_actions(TaskReader& reader, const Node& value, TaskDraft& draft) {
  read_exit_actions(reader.reporter(), value, "'exitActions'", draft.policy.exit_actions);
}

// Read before the tasks that it stands for; here for those who misspell it.
void matrix_is_written_out(TaskReader& /*reader*/, const Node& /*value*/, TaskDraft& /*draft*/) {}

Schema command_shape() { return list_of(number_text_shape()).number("minItems", 1); }
Schema words_shape() { return list_of(number_text_shape()); }
Schema environment_shape() {
  return map_of(scalar_shape()).schema("propertyNames", Schema().text("pattern", "^[^=]+$"));
}
Schema download_type_shape() { return nullable(or_template(one_of_words({"download"}))); }
Schema cache_size_shape() { return nullable(number_text_shape()); }

using TaskField = FieldOf<TaskReader, TaskDraft>;
constexpr auto kTaskFields = std::to_array<TaskField>({
    {"name", read_task_name, Need::kRequired, name_shape,
     "Unique among all tasks and groups of the workflow, where `_` and `-`, upper and lower case count as the same. A "
     "letter, then letters, digits, `-` and `_`, with a letter or digit last."},
    {"image", read_image, Need::kRequired, number_text_shape,
     "The container image: `[registry/]name[:tag][@digest]`. Not used by processes and sandboxes."},
    {"command", read_command, Need::kRequired, command_shape,
     "The program and its first words. No shell is involved unless you name one: `[bash, -c]`."},
    {"args", read_args, Need::kOptional, words_shape,
     "Further words for the command. Tokens such as `{{output}}` and `{{input:0}}` are filled in when the "
     "task starts."},
    {"inputs", read_inputs, Need::kOptional, inputs_shape,
     "What the task waits for and reads. `{{input:0}}` is the directory of the first one."},
    {"outputs", read_outputs, Need::kOptional, outputs_shape,
     "Where the contents of `{{output}}` are sent when the command has ended."},
    {"resource", read_resource, Need::kOptional, number_text_shape,
     "An entry of the workflow's `resources`; `default` if none is named."},
    {"environment", read_environment, Need::kOptional, environment_shape,
     "Environment variables. Put quotes around `yes`, `no` and numbers such as `3.10`: without them YAML "
     "reads something else."},
    {"files", read_files, Need::kOptional, files_shape, "Files that are written before the command starts."},
    {"lead", read_lead, Need::kOptional, switch_shape,
     "In a group of several tasks, the one whose end is the group's end. Exactly one has it."},
    {"credentials", read_credentials, Need::kOptional, credentials_shape,
     "Stored credentials by name: a directory to put their files in, or a map of variables to their keys."},
    {"exitActions", read_task_exit_actions, Need::kOptional, exit_actions_shape,
     "What an exit code means, where it is not 0 for success and all else for failure."},
    {"checkpoint", read_checkpoints, Need::kOptional, checkpoints_shape,
     "Directories that are uploaded again and again while the task runs, and once more at its end."},
    {"kpis", read_kpis, Need::kOptional, kpis_shape, "Files with measurements that are kept with the workflow."},
    {"privileged", read_privileged, Need::kOptional, switch_shape,
     "Runs the container with all privileges, where the platform allows it."},
    {"hostNetwork", read_host_network, Need::kOptional, switch_shape,
     "Uses the network of the host, where the platform allows it."},
    {"volumeMounts", read_volume_mounts, Need::kOptional, words_shape,
     "Directories of the host, `source` or `source:destination`, where the platform allows them."},
    {"downloadType", read_download_type, Need::kOptional, download_type_shape, "How inputs arrive; only `download`."},
    {"cacheSize", read_cache_size, Need::kOptional, cache_size_shape,
     "How much of the storage may be used as a cache: `50%`, or a quantity such as `20Gi`."},
    {"tty", read_tty, Need::kOptional, switch_shape,
     "Runs the command on a terminal of its own, which `sennit attach` shows and types into."},
    {"matrix", matrix_is_written_out, Need::kOptional, matrix_shape,
     "Makes many tasks of one: axes with lists of values, which `{{ matrix.AXIS }}` stands for in the task's texts."},
    {"resources", ignore_internal, Need::kHidden, resource_shape,
     "Has no effect: `resource` names an entry of the workflow's `resources`."},
    {"backend", ignore_internal, Need::kHidden, number_text_shape, "Has no effect."},
});

}  // namespace

Schema task_schema() { return record("a task", kTaskFields); }

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
  body.terminal = false;
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

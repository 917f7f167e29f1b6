#include "spec/jobs/jobs_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "spec/absolute_path.h"
#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/jobs/job_command.h"
#include "spec/jobs/variables.h"
#include "spec/note_taking.h"
#include "spec/suggest.h"
#include "spec/tasks/task_reader.h"
#include "spec/tasks/template_stage.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

void note_field(Reporter& reporter, const Node& key, const Node& value, SourceNotes& notes) {
  notes.header.push_back(note_of(reporter, key));
  if (key.text == "resources") notes.header_resources = notes_of(reporter, value);
}

}  // namespace

bool JobsReader::read_expanded(const Node& value, std::string_view what, std::string& out) {
  return read_text(reporter_, value, what, Accept::kVerbatim, out) &&
         expand_variables(
             out, value.at, [this](std::string_view name) { return variable(name); }, reporter_);
}

// What --set-env sets, `${NAME}` finds as well.
std::optional<std::string> JobsReader::variable(std::string_view name) const {
  const auto flag = std::ranges::find(environment_flags_, name, &EnvironmentList::value_type::first);
  if (flag != environment_flags_.end()) return flag->second;
  return options_.variable ? options_.variable(name) : std::nullopt;
}

void JobsReader::read_environment(const Node& value, EnvironmentList& environment) {
  if (value.is_null() || !expect_map(reporter_, value, "'env'")) return;
  for (const Node& entry : Children(value)) {
    std::string text;
    if (entry.is_null()) {
      reporter_.error(Code::kWrongType, entry.at, fmt::format("the variable '{}' has no value", entry.key->text),
                      {.expected = "\"\" for an empty one", .suggestion = {}});
      continue;
    }
    if (!read_expanded(entry, fmt::format("the variable '{}'", entry.key->text), text)) continue;
    if (!check_variable_name(reporter_, *entry.key, entry.key->text)) continue;
    environment.emplace_back(entry.key->text, std::move(text));
  }
}

std::optional<Workflow> JobsReader::read(std::string_view yaml) {
  environment_flags_ = environment_flags(options_, reporter_);
  read_until_done(
      yaml, reporter_, [this](Mended& mended, Reporter::Mark before) { return read_pass(mended, before); },
      [this] { second_pass_ = true; });
  return finish();
}

Reading JobsReader::read_pass(Mended& mended, Reporter::Mark before) {
  const std::string_view yaml = mended.text();
  pass_.emplace(reporter_, limits_);
  notes_ = {};
  again_ = false;
  pass_->builder.header().bodies.reserve(yaml.size());
  YamlParser parser(yaml, limits_, reporter_);
  const std::optional<YamlValue> root = parser.root();
  if (root) read_root(parser, *root);
  if (parser.failed()) {
    if (parser.mend(mended, before)) return Reading::kMended;
    reporter_.forget_torn_item(pass_->item_begins, pass_->item_ends);
    return Reading::kDone;
  }
  parser.finish();
  if (again_ && !second_pass_) return Reading::kHeaderWasLate;
  pass_->graph.finish();
  return Reading::kDone;
}

void JobsReader::read_root(YamlParser& parser, const YamlValue& root) {
  if (!root.is_mapping()) {
    const Node* node = parser.tree(root);
    if (node != nullptr) expect_map(reporter_, *node, "a jobs file");
    return;
  }
  MapCursor cursor(parser, root);
  bool named = false;
  // The second time the header is known as a whole, and jobs must not see an earlier value of a field given twice.
  JobsHeader again;
  JobsHeader& header = second_pass_ ? again : header_;
  while (const std::optional<MapCursor::Entry> entry = cursor.next()) {
    if (entry->key->text == "jobs") {
      read_jobs(parser, entry->value);
      continue;
    }
    const Node* node = parser.tree(entry->value);
    if (node == nullptr) return;
    if (entry->repeated) report_repeated_field(reporter_, *entry->key);
    if (pass_->saw_jobs && entry->key->text != "name" && entry->key->text != "description") again_ = true;
    const bool is_name = read_header_field(*this, *entry->key, *node, header) == "name";
    named = named || is_name;
    if (options_.notes != Notes::kNone) note_field(reporter_, *entry->key, *node, notes_);
  }
  if (parser.failed()) return;
  check_header_devices();
  if (!named) report_missing_field(reporter_, root.at, "the workflow", "name");
  if (pass_->listed == 0) {
    reporter_.error(Code::kEmpty, {root.at.line, root.at.column, 1}, "the workflow has no jobs",
                    {.expected = "'jobs' with at least one item", .suggestion = {}});
  }
}

// A CUDA_VISIBLE_DEVICES for all jobs says which devices the workflow may use, and so does `resources.gpus`.
void JobsReader::check_header_devices() {
  const std::optional<GpuSet>& listed = header_.gpus ? header_.gpus : header_.local_gpus;
  if (!listed || listed->empty() || !header_.visible.devices || *header_.visible.devices == *listed) return;
  const std::string visible =
      header_.visible.devices->empty() ? "hides all GPUs" : "lists GPU " + to_string(*header_.visible.devices);
  reporter_.error(
      Code::kGpuConflict, header_.visible.at,
      fmt::format("CUDA_VISIBLE_DEVICES {}, 'resources' of the workflow GPU {}", visible, to_string(*listed)),
      {.expected = "one of the two", .suggestion = {}});
}

void JobsReader::read_jobs(YamlParser& parser, const YamlValue& value) {
  if (pass_->saw_jobs) {
    parser.tree(value);
    reporter_.error(Code::kDuplicateKey, value.at, "a second 'jobs' in the file");
    return;
  }
  pass_->saw_jobs = true;
  const Arena::Mark before = parser.mark();
  if (!value.is_sequence()) {
    const Node* node = parser.tree(value);
    if (node != nullptr) report_wrong_type(reporter_, *node, "'jobs'", "a list", "items that begin with '- name: ...'");
    ++pass_->listed;
    return;
  }
  ListCursor cursor(parser, value);
  while (true) {
    const Arena::Mark mark = parser.mark();
    const std::optional<YamlValue> item = cursor.next();
    if (!item) break;
    pass_->item_begins = reporter_.mark();
    ++pass_->listed;
    const Node* node = parser.tree(*item);
    if (node == nullptr) return;
    read_item(parser, *node);
    pass_->item_ends = reporter_.mark();
    parser.release(mark);
  }
  parser.release(before);
}

// A job, or with `matrix` many.
void JobsReader::read_item(YamlParser& parser, const Node& item) {
  std::vector<TaskIndex> jobs;
  const std::string_view all = matrix_.expand(item, [&](const Node& one) {
    if (parser.failed()) return;
    if (!pass_->graph.has_room(item.at)) return parser.stop();
    const std::optional<TaskIndex> job = read_job(one);
    if (job && &one != &item) jobs.push_back(*job);
  });
  if (!all.empty()) pass_->graph.stands_for(all, std::move(jobs));
}

std::optional<TaskIndex> JobsReader::read_job(const Node& node) {
  if (!node.is_mapping()) {
    report_wrong_type(reporter_, node, "a job", "a map", "- name: ...");
    return std::nullopt;
  }
  JobDraft job;
  job.at = node.at;
  job.policy.retry_delay = kDefaultRetryDelay;
  job.policy.exec_per_attempt = true;
  read_job_fields(*this, node, job);
  apply_environment_flags(job);
  check_verb(job);
  settle_devices(reporter_, devices(), job);
  check_remote(job);
  if (!check_name(job)) return std::nullopt;
  const TaskBody body = body_of(job);
  pass_->builder.begin_group({});
  const TaskIndex task = pass_->builder.add_task(job.name, body, job.resources, job.policy, true);
  pass_->graph.added(task, job.name_at);
  if (options_.notes != Notes::kNone) take_note(task, job, node);
  for (const auto& [name, at] : job.depends_on) pass_->graph.depend(task, GraphAssembly::kNoInput, name, at);
  return task;
}

void JobsReader::take_note(TaskIndex task, const JobDraft& job, const Node& node) {
  notes_.tasks.resize(task.value() + 1);
  TaskNote& note = notes_.tasks.back();
  note.workdir = job.workdir;
  if (options_.notes != Notes::kPlaces) return;
  note.at = place_of(reporter_, job.name_at);
  note.fields = notes_of(reporter_, node);
}

SourceNotes JobsReader::take_notes() {
  notes_.environment = header_.environment;
  notes_.workdir = header_.workdir;
  notes_.tui = header_.tui;
  notes_.cost_per_gpu_hour = header_.cost_per_gpu_hour;
  return std::move(notes_);
}

bool JobsReader::check_name(const JobDraft& job) {
  if (!job.has_name) return false;
  if (!is_job_name(job.name)) {
    reporter_.error(
        Code::kBadName, job.name_at, fmt::format("'{}' is not a name for a job", job.name),
        {.expected = "text that can be the name of a directory: no '/', not '.' or '..'", .suggestion = {}});
  } else if (job.name.size() > limits_.job_name_length) {
    reporter_.error(Code::kNameTooLong, job.name_at,
                    fmt::format("the name is {} bytes long, the limit job_name_length is {}", job.name.size(),
                                limits_.job_name_length));
  }
  return !job.name.empty();
}

// --set-env goes over what the file says.
void JobsReader::apply_environment_flags(JobDraft& job) const {
  for (const auto& [name, value] : environment_flags_) {
    set_variable(job.environment, name, value);
    if (name == kVisibleDevices) job.visible = {.at = job.at, .devices = parse_gpus(value)};
  }
}

void JobsReader::check_verb(const JobDraft& job) {
  if (!job.has_verb || is_known_verb(job.verb, config_.verbs)) return;
  std::vector<std::string_view> verbs = known_verbs();
  for (const auto& [verb, program] : config_.verbs) {
    if (std::ranges::find(verbs, verb) == verbs.end()) verbs.push_back(verb);
  }
  reporter_.error(
      Code::kUnknownVerb, job.verb_at, fmt::format("unknown verb '{}'", job.verb),
      {.expected = fmt::format("one of {}", fmt::join(verbs, ", ")), .suggestion = nearest(job.verb, verbs)});
}

// What jobs may use: --gpus before the list of the file before the workflow's CUDA_VISIBLE_DEVICES.
WorkflowDevices JobsReader::devices() const {
  if (options_.gpus) return {.allowed = *options_.gpus, .from_flag = true};
  const GpuSet visible = header_.visible.devices.value_or(GpuSet());
  return {.allowed = header_.gpus.value_or(header_.local_gpus.value_or(visible)),
          .hidden = header_.visible.devices && visible.empty()};
}

void JobsReader::check_remote(const JobDraft& job) {
  if (job.remote.empty()) return;
  if (std::ranges::find(header_.remotes, job.remote) == header_.remotes.end()) {
    Nearest nearest(job.remote);
    for (const std::string& remote : header_.remotes) nearest.consider(remote);
    reporter_.error(Code::kUnknownRemote, job.remote_at, fmt::format("there is no remote '{}'", job.remote),
                    {.expected = "a name from 'resources.remote' of the workflow", .suggestion = nearest.result()});
    return;
  }
  reporter_.error(Code::kRemoteUnavailable, job.remote_at, "jobs cannot run on a remote cluster yet",
                  {.expected = "'gpu' instead of 'remote'", .suggestion = {}});
}

std::string JobsReader::config_path(const JobDraft& job) {
  if (job.config.empty() || job.config.find("://") != std::string::npos) return job.config;
  const std::string here = absolute_path(job.config, options_.directory);
  if (options_.directory.empty()) return job.config;
  if (options_.files == nullptr || options_.files->exists(here)) return here;
  const std::string beside = absolute_path(job.config, options_.file_directory);
  if (!options_.file_directory.empty() && options_.files->exists(beside)) return beside;
  const bool one_place = options_.file_directory.empty() || beside == here;
  reporter_.error(
      Code::kConfigNotFound, job.config_at, fmt::format("job '{}': config file not found: {}", job.name, job.config),
      {.expected = one_place ? fmt::format("a file {}", here) : fmt::format("a file {} or {}", here, beside),
       .suggestion = {}});
  return here;
}

TaskBody JobsReader::body_of(const JobDraft& job) {
  TaskBody body;
  body.verb = job.verb;
  body.config = job.config;
  body.command = verb_program(job.verb, config_.verbs);
  body.args = {"--config", config_path(job)};
  body.args.insert(body.args.end(), job.args.begin(), job.args.end());
  body.environment = header_.environment;
  for (const auto& [name, value] : job.environment) set_variable(body.environment, name, value);
  show_devices(devices(), job, body.environment);
  const std::string& workdir = job.workdir.empty() ? header_.workdir : job.workdir;
  if (!workdir.empty()) body.workdir = absolute_path(workdir, options_.directory);
  if (!header_.output_dir.empty()) {
    body.job_dir = absolute_path(header_.output_dir, options_.directory) + "/" + job.name;
  }
  return body;
}

std::optional<Workflow> JobsReader::finish() {
  if (header_.name.size() > limits_.job_name_length) {
    reporter_.error_in_general(Code::kNameTooLong, {},
                               fmt::format("the workflow's name is {} bytes long, the limit job_name_length is {}",
                                           header_.name.size(), limits_.job_name_length));
  }
  if (reporter_.has_errors()) return std::nullopt;
  Workflow& workflow = pass_->builder.header();
  workflow.name = header_.name;
  workflow.description = header_.description;
  workflow.dialect = Dialect::kJobs;
  workflow.timeout = header_.timeout;
  workflow.max_parallel = options_.max_parallel.value_or(header_.max_parallel);
  workflow.allocation = header_.allocation;
  workflow.gpus = devices().allowed;
  workflow.output_dir = header_.output_dir;
  Result<Workflow> result = std::move(pass_->builder).finish();
  if (result) return std::move(result).value();
  reporter_.error_in_general(Code::kFileTooLarge, {}, result.error().message());
  return std::nullopt;
}

}  // namespace sennit::spec

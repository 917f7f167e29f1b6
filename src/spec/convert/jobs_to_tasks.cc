#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "model/workflow_builder.h"
#include "spec/absolute_path.h"
#include "spec/convert/formats.h"
#include "spec/convert/task_names.h"
#include "spec/jobs/job_command.h"

namespace sennit::spec {
namespace {

constexpr auto kHeaderWords = std::to_array<NoWords>({
    {"description", "a tasks file has no such field"},
    {"output_dir", "tasks have no folder of their own beside {{output}}"},
    {"tui", "a tasks file does not choose the view"},
    {"timeout", "a tasks file limits each task, not the whole workflow"},
});
constexpr auto kResourceWords = std::to_array<NoWords>({
    {"gpus", "a tasks file has no list of devices"},
    {"local_gpus", "a tasks file has no list of devices"},
    {"max_parallel", "a tasks file has no such limit; --max-parallel sets it when submitting"},
    {"cost_per_gpu_hour", "a tasks file has no prices"},
});

class JobsToTasks {
 public:
  JobsToTasks(const Workflow& jobs, const SourceNotes& notes, const ConvertOptions& options, Losses& losses)
      : jobs_(jobs), notes_(notes), options_(options), losses_(losses), names_(name_length(options)) {}

  std::optional<Draft> convert() {
    convert_header();
    order_jobs();
    name_jobs();
    settle_timeout();
    settle_resources();
    for (const TaskIndex job : order_) {
      if (!add(job)) return std::nullopt;
    }
    connect();
    Result<Workflow> workflow = std::move(builder_).finish();
    if (!workflow) {
      losses_.impossible(NotedPlace{}, workflow.error().message());
      return std::nullopt;
    }
    draft_.workflow = std::move(workflow).value();
    return std::move(draft_);
  }

 private:
  static std::size_t name_length(const ConvertOptions& options) {
    return options.config != nullptr ? options.config->limits.name_length : Limits().name_length;
  }
  const TaskNote& note(TaskIndex job) const { return notes_.tasks[job.value()]; }

  void convert_header() {
    Workflow& header = builder_.header();
    header.dialect = Dialect::kTasks;
    header.labels = jobs_.labels;
    header.name = task_name_of(jobs_.name, name_length(options_));
    if (header.name != jobs_.name) {
      losses_.lost(notes_.header, "name", {}, fmt::format("the workflow is called '{}'", header.name),
                   "letters, digits, - and _ in a name of a tasks file");
    }
    losses_.lost_if_there(notes_.header, kHeaderWords, "the workflow");
    losses_.lost_if_there(notes_.header_resources, kResourceWords, "the workflow's resources");
    tell_other_limits();
    if (jobs_.allocation != Allocation::kDynamic) {
      losses_.lost(notes_.header_resources, "allocation", {},
                   "'allocation' is not carried over: tasks take any free device");
    }
  }

  // What did not come from a field of the same name: a variable, or the command line.
  void tell_other_limits() {
    const FieldNotes& fields = notes_.header_resources;
    if (!jobs_.gpus.empty() && !has_field(fields, "gpus") && !has_field(fields, "local_gpus")) {
      losses_.lost(notes_.header, "env", {},
                   "the workflow's list of devices is not carried over: a tasks file has no such list");
    }
    if (jobs_.max_parallel > 0 && !has_field(fields, "max_parallel")) {
      losses_.lost_at({}, "--max-parallel is not carried over: it is said when submitting");
    }
  }

  // OSMO takes an input of a task only if that one stands earlier in the file.
  void order_jobs() {
    std::vector<std::size_t> waits(jobs_.groups.size());
    for (std::uint32_t i = 0; i < waits.size(); ++i) waits[i] = jobs_.upstream.of(GroupIndex(i)).size();
    std::set<std::uint32_t> ready;
    for (std::uint32_t i = 0; i < waits.size(); ++i) {
      if (waits[i] == 0) ready.insert(i);
    }
    while (!ready.empty()) {
      const GroupIndex group(*ready.begin());
      ready.erase(ready.begin());
      order_.push_back(jobs_.group(group).first_task);
      for (const GroupIndex next : jobs_.downstream.of(group)) {
        if (--waits[next.value()] == 0) ready.insert(next.value());
      }
    }
  }

  void name_jobs() {
    task_names_.resize(jobs_.tasks.size());
    for (std::uint32_t i = 0; i < jobs_.tasks.size(); ++i) {
      const std::string_view job = jobs_.name_of(TaskIndex(i));
      task_names_[i] = names_.take(job);
      if (task_names_[i] == job) continue;
      losses_.lost_at(note(TaskIndex(i)).at, fmt::format("the job '{}' is called '{}'", job, task_names_[i]),
                      "letters, digits, - and _ in the name of a task");
    }
  }

  // A tasks file has one limit for all tasks.
  void settle_timeout() {
    const Micros first = jobs_.policy_of(TaskIndex(0)).exec_timeout;
    const bool same = std::ranges::all_of(jobs_.policies, [&](const TaskPolicy& p) { return p.exec_timeout == first; });
    if (same) {
      timeout_ = first;
      if (first.count() > 0) draft_.notes.exec_timeout = first;
      return;
    }
    for (std::uint32_t i = 0; i < jobs_.tasks.size(); ++i) {
      if (jobs_.policy_of(TaskIndex(i)).exec_timeout.count() == 0) continue;
      losses_.lost(note(TaskIndex(i)).fields, "timeout", note(TaskIndex(i)).at,
                   fmt::format("the timeout of '{}' is not carried over: a tasks file has one for all tasks",
                               jobs_.name_of(TaskIndex(i))));
    }
  }

  // An entry for each request that differs, called after the first job that has it.
  void settle_resources() {
    ResourceRequest first = as_tasks_ask(jobs_.resources_of(TaskIndex(0)));
    const bool same = std::ranges::all_of(jobs_.resources, [&](const auto& r) { return as_tasks_ask(r) == first; });
    std::vector<ResourceNote>& entries = draft_.notes.resources;
    entry_names_[same ? first : ResourceRequest()] = "default";
    entries.push_back({.name = "default", .at = {}, .request = same ? first : ResourceRequest()});
    for (std::uint32_t i = 0; i < jobs_.tasks.size(); ++i) {
      const ResourceRequest request = as_tasks_ask(jobs_.resources_of(TaskIndex(i)));
      if (entry_names_.contains(request)) continue;
      std::string name = task_names_[i] == "default" ? "default-job" : task_names_[i];
      entries.push_back({.name = name, .at = {}, .request = request});
      entry_names_[request] = std::move(name);
    }
    std::ranges::sort(entries, {}, &ResourceNote::name);
  }

  static ResourceRequest as_tasks_ask(ResourceRequest request) {
    request.gpu_count += request.gpu_devices.count();
    request.gpu_devices = GpuSet();
    return request;
  }

  bool add(TaskIndex job) {
    const Result<TaskBody> body = jobs_.body_of(job);
    if (!body) {
      losses_.impossible(note(job).at, body.error().message());
      return false;
    }
    const ResourceRequest request = as_tasks_ask(jobs_.resources_of(job));
    tell_devices(job);
    tell_directory(job, *body);
    builder_.begin_group({});
    const TaskIndex task =
        builder_.add_task(task_names_[job.value()], task_body(job, *body), request, policy(job), true);
    tasks_[job.value()] = task;
    draft_.notes.tasks.push_back(
        {.at = note(job).at, .resource = entry_names_.at(request), .workdir = {}, .fields = {}});
    return true;
  }

  void tell_devices(TaskIndex job) {
    const GpuSet devices = jobs_.resources_of(job).gpu_devices;
    if (devices.empty()) return;
    const std::string_view field = has_field(note(job).fields, "resources") ? "resources" : "env";
    losses_.lost(note(job).fields, field, note(job).at,
                 fmt::format("'{}' asks for GPU {}; a task can only ask how many, so it gets any {}",
                             jobs_.name_of(job), to_string(devices), devices.count()));
  }

  void tell_directory(TaskIndex job, const TaskBody& body) {
    if (body.workdir.empty() || body.workdir == absolute_path(options_.directory, "/")) return;
    const bool own = !note(job).workdir.empty();
    losses_.lost(own ? note(job).fields : notes_.header, "workdir", note(job).at,
                 "'workdir' is not carried over: tasks run where the workflow is submitted");
  }

  TaskBody task_body(TaskIndex job, const TaskBody& body) const {
    TaskBody task;
    task.image = options_.image;
    task.command = body.command;
    task.args = body.args;
    // As it was written, if that still means the same file.
    if (absolute_path(body.config, options_.directory) == task.args[1]) task.args[1] = body.config;
    task.environment = body.environment;
    for (const GroupIndex group : jobs_.upstream.of(jobs_.tasks[job.value()].group)) {
      const TaskIndex needed = jobs_.group(group).first_task;
      InputSpec& input = task.inputs.emplace_back();
      input.source = task_names_[needed.value()];
      input.task = tasks_.at(needed.value());
    }
    return task;
  }

  TaskPolicy policy(TaskIndex job) {
    const TaskPolicy& from = jobs_.policy_of(job);
    TaskPolicy to;
    to.exec_timeout = timeout_;
    if (from.max_retries == 0) return to;
    to.exit_actions = {kAnyFailure};
    if (from.max_retries != kReschedules) {
      losses_.lost(note(job).fields, "max_retries", note(job).at,
                   fmt::format("'{}' is tried again up to {} times, not {}: exitActions has no number",
                               jobs_.name_of(job), kReschedules, from.max_retries));
    }
    if (from.retry_delay.count() > 0) {
      const std::string_view field = has_field(note(job).fields, "retry_delay") ? "retry_delay" : "max_retries";
      losses_.lost(note(job).fields, field, note(job).at,
                   fmt::format("'{}' is tried again at once: exitActions has no delay", jobs_.name_of(job)));
      static constexpr auto kDelays = std::to_array<NoWords>(
          {{"retry_backoff", "exitActions has no delay"}, {"retry_max_delay", "exitActions has no delay"}});
      losses_.lost_if_there(note(job).fields, kDelays, fmt::format("the job '{}'", jobs_.name_of(job)));
    }
    return to;
  }

  void connect() {
    for (std::uint32_t i = 0; i < jobs_.tasks.size(); ++i) {
      const GroupIndex to = builder_.header().tasks[tasks_.at(i).value()].group;
      for (const GroupIndex group : jobs_.upstream.of(jobs_.tasks[i].group)) {
        const TaskIndex needed = tasks_.at(jobs_.group(group).first_task.value());
        builder_.add_edge(to, builder_.header().tasks[needed.value()].group);
      }
    }
  }

  const Workflow& jobs_;
  const SourceNotes& notes_;
  const ConvertOptions& options_;
  Losses& losses_;
  TaskNames names_;
  Draft draft_;
  WorkflowBuilder builder_;
  std::vector<TaskIndex> order_;
  std::vector<std::string> task_names_;       // by job
  std::map<std::uint32_t, TaskIndex> tasks_;  // by job
  std::map<ResourceRequest, std::string> entry_names_;
  Micros timeout_{};
};

}  // namespace

std::optional<Draft> jobs_to_tasks(const Workflow& workflow, const SourceNotes& notes, const ConvertOptions& options,
                                   Losses& losses) {
  return JobsToTasks(workflow, notes, options, losses).convert();
}

}  // namespace sennit::spec

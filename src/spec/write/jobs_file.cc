#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "spec/jobs/job_command.h"
#include "spec/jobs/job_devices.h"
#include "spec/write/canonical.h"
#include "spec/write/dialect_files.h"
#include "spec/write/yaml_writer.h"

namespace sennit::spec {
namespace {

// The config and its flag, which every job's arguments begin with.
constexpr std::size_t kConfigArguments = 2;

const std::string* value_of(const EnvironmentList& environment, std::string_view name) {
  const auto found = std::ranges::find(environment, name, &EnvironmentList::value_type::first);
  return found == environment.end() ? nullptr : &found->second;
}

// As Oumi has it, a number of seconds; a text where it is none.
void write_span(YamlWriter& yaml, std::string_view key, Micros span) {
  constexpr std::int64_t kSecond = 1'000'000;
  if (span.count() % kSecond == 0) {
    yaml.bare_field(key, fmt::format("{}", span.count() / kSecond));
  } else {
    yaml.field(key, duration_text(span));
  }
}

std::string number_text(double number) {
  if (std::isinf(number)) return ".inf";
  std::string text = fmt::format("{}", number);
  // YAML 1.1 takes an exponent only after a point.
  const std::size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) text.insert(exponent, ".0");
  return text;
}

void write_environment(YamlWriter& yaml, const EnvironmentList& environment) {
  if (environment.empty()) return;
  yaml.key("env");
  yaml.begin_map();
  for (const auto& [name, value] : environment) yaml.field(name, without_variables(value));
  yaml.end_map();
}

void write_expanded(YamlWriter& yaml, std::string_view key, std::string_view value) {
  if (!value.empty()) yaml.field(key, without_variables(value));
}

class JobsFile {
 public:
  JobsFile(const Workflow& workflow, const SourceNotes& notes)
      : workflow_(workflow), notes_(notes), shared_(notes.environment) {
    settle_shared_devices();
  }

  Result<std::string> write() {
    yaml_.begin_map();
    yaml_.field("name", workflow_.name);
    if (!workflow_.description.empty()) yaml_.field("description", workflow_.description);
    write_workflow_resources();
    write_environment(yaml_, shared_);
    write_expanded(yaml_, "output_dir", workflow_.output_dir);
    write_expanded(yaml_, "workdir", notes_.workdir);
    if (notes_.tui) yaml_.bare_field("tui", *notes_.tui ? "true" : "false");
    if (workflow_.timeout.count() > 0) write_span(yaml_, "timeout", workflow_.timeout);
    yaml_.key("jobs");
    yaml_.begin_list();
    for (std::uint32_t i = 0; i < workflow_.tasks.size(); ++i) SENNIT_TRY(write_job(TaskIndex(i)));
    yaml_.end_list();
    yaml_.end_map();
    return std::move(text_);
  }

 private:
  // The workflow's devices are said once, under `resources`; a variable beside it must not differ.
  void settle_shared_devices() {
    const std::string* visible = value_of(shared_, kVisibleDevices);
    const std::optional<GpuSet> devices = visible != nullptr ? parse_gpus(*visible) : std::nullopt;
    lifts_devices_ = workflow_.gpus.empty() && devices && !devices->empty();
    if (workflow_.gpus.empty() || !devices) return;
    for (auto& [name, value] : shared_) {
      if (name == kVisibleDevices) value = to_string(workflow_.gpus);
    }
  }

  void write_workflow_resources() {
    const bool any = !workflow_.gpus.empty() || lifts_devices_ || workflow_.max_parallel > 0 ||
                     workflow_.allocation != Allocation::kDynamic || notes_.cost_per_gpu_hour;
    if (!any) return;
    yaml_.key("resources");
    yaml_.begin_map();
    if (!workflow_.gpus.empty() || lifts_devices_) {
      yaml_.key("gpus");
      yaml_.bares(device_numbers(workflow_.gpus));
    }
    if (workflow_.max_parallel > 0) yaml_.bare_field("max_parallel", fmt::format("{}", workflow_.max_parallel));
    switch (workflow_.allocation) {
      case Allocation::kDynamic: break;
      case Allocation::kFixed: yaml_.field("allocation", "fixed"); break;
      case Allocation::kLoadBalanced: yaml_.field("allocation", "load_balanced"); break;
      case Allocation::kHybrid: yaml_.field("allocation", "hybrid"); break;
    }
    if (notes_.cost_per_gpu_hour) yaml_.bare_field("cost_per_gpu_hour", number_text(*notes_.cost_per_gpu_hour));
    yaml_.end_map();
  }

  Result<void> write_job(TaskIndex task) {
    SENNIT_ASSIGN(const TaskBody body, workflow_.body_of(task));
    const TaskPolicy& policy = workflow_.policy_of(task);
    yaml_.begin_map();
    yaml_.field("name", workflow_.name_of(task));
    yaml_.field("verb", body.verb);
    yaml_.field("config", without_variables(body.config));
    write_depends_on(task);
    write_resources(workflow_.resources_of(task));
    write_args(body);
    write_environment(yaml_, own_environment(body, workflow_.resources_of(task)));
    write_expanded(yaml_, "workdir", notes_.tasks[task.value()].workdir);
    if (policy.max_retries > 0) yaml_.bare_field("max_retries", fmt::format("{}", policy.max_retries));
    if (policy.max_retries > 0 || policy.retry_delay != kDefaultRetryDelay) {
      write_span(yaml_, "retry_delay", policy.retry_delay);
    }
    if (policy.retry_backoff != kNoBackoff) {
      yaml_.bare_field("retry_backoff", number_text(static_cast<double>(policy.retry_backoff) / kNoBackoff));
    }
    if (policy.retry_max_delay.count() > 0) write_span(yaml_, "retry_max_delay", policy.retry_max_delay);
    if (policy.exec_timeout.count() > 0) write_span(yaml_, "timeout", policy.exec_timeout);
    yaml_.end_map();
    return {};
  }

  void write_depends_on(TaskIndex task) {
    std::vector<std::string> names;
    for (const GroupIndex group : workflow_.upstream.of(workflow_.tasks[task.value()].group)) {
      names.emplace_back(workflow_.name_of(workflow_.group(group).first_task));
    }
    if (names.empty()) return;
    yaml_.key("depends_on");
    yaml_.texts(names);
  }

  void write_resources(const ResourceRequest& request) {
    const std::vector<std::string> devices = device_numbers(request.gpu_devices);
    const bool any = request.gpu_count > 0 || !devices.empty() || request.cpus || request.memory != Bytes();
    if (!any) return;
    yaml_.key("resources");
    yaml_.begin_map();
    if (request.gpu_share > 0) {
      yaml_.bare_field("gpu", share_text(request.gpu_share));
    } else if (request.gpu_count > 0) {
      yaml_.field("gpu", "auto");
    }
    if (devices.size() == 1) yaml_.bare_field("gpu", devices.front());
    if (devices.size() > 1) {
      yaml_.key("gpus");
      yaml_.bares(devices);
    }
    if (request.gpu_memory != Bytes()) yaml_.field("gpu_memory", quantity_text(request.gpu_memory));
    if (request.cpus) yaml_.bare_field("cpus", fmt::format("{}", *request.cpus));
    if (request.memory != Bytes()) yaml_.field("memory", quantity_text(request.memory));
    yaml_.end_map();
  }

  void write_args(const TaskBody& body) {
    if (body.args.size() <= kConfigArguments) return;
    std::vector<std::string> args(body.args.begin() + kConfigArguments, body.args.end());
    for (std::string& argument : args) argument = without_variables(argument);
    yaml_.key("args");
    yaml_.texts(args);
  }

  // What a job has beside the workflow's variables. A list of devices that the workflow gives it is not its own.
  EnvironmentList own_environment(const TaskBody& body, const ResourceRequest& request) const {
    const bool asks = request.gpu_count > 0 || !request.gpu_devices.empty();
    EnvironmentList own;
    for (const auto& [name, value] : body.environment) {
      if (name == kVisibleDevices && !asks && !workflow_.gpus.empty()) {
        if (value != to_string(workflow_.gpus)) own.emplace_back(name, value);
        continue;
      }
      const std::string* shared = value_of(shared_, name);
      if (shared == nullptr || *shared != value) own.emplace_back(name, value);
    }
    return own;
  }

  const Workflow& workflow_;
  const SourceNotes& notes_;
  EnvironmentList shared_;      // the workflow's variables as they are written
  bool lifts_devices_ = false;  // `gpus: []` takes back what a variable says
  std::string text_;
  YamlWriter yaml_{text_, Braces::kPlain};
};

}  // namespace

Result<std::string> write_jobs_file(const Workflow& workflow, const SourceNotes& notes) {
  return JobsFile(workflow, notes).write();
}

}  // namespace sennit::spec

#include "cli/render/workflow_json.h"

#include <algorithm>

#include "base/base64.h"
#include "base/utf8.h"
#include "spec/exit_actions.h"
#include "spec/write/canonical.h"
#include "views/json_writer.h"

namespace sennit::cli {
namespace {

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

std::optional<double> limit(Micros span) {
  return span.count() == 0 ? std::nullopt : std::optional(seconds(span.count()));
}

std::optional<std::string_view> unless_empty(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

class WorkflowJson {
 public:
  WorkflowJson(const Workflow& workflow, const spec::SourceNotes& notes)
      : workflow_(workflow), notes_(notes), is_jobs_(workflow.dialect == Dialect::kJobs) {
    for (const spec::ResourceNote& resource : notes.resources) resources_.emplace(resource.name, &resource);
  }

  Result<std::string> write() {
    json_.begin_object();
    json_.field("name", std::string_view(workflow_.name));
    if (is_jobs_) write_jobs_header();
    pairs("labels", workflow_.labels);
    timeouts("timeout", notes_.exec_timeout ? std::optional(seconds(notes_.exec_timeout->count())) : std::nullopt,
             notes_.queue_timeout ? std::optional(seconds(notes_.queue_timeout->count())) : std::nullopt);
    const TaskPolicy policy = is_jobs_ || workflow_.policies.empty() ? TaskPolicy() : workflow_.policies.front();
    timeouts("effectiveTimeout", limit(policy.exec_timeout), limit(policy.queue_timeout));
    json_.key("groups");
    json_.begin_array();
    for (std::uint32_t i = 0; i < workflow_.groups.size(); ++i) SENNIT_TRY(write_group(GroupIndex(i)));
    json_.end_array();
    json_.end_object();
    return std::move(text_);
  }

 private:
  void texts(std::string_view name, const std::vector<std::string>& list) {
    json_.key(name);
    json_.begin_array();
    for (const std::string& text : list) json_.value(std::string_view(text));
    json_.end_array();
  }

  void devices(std::string_view name, GpuSet gpus) {
    json_.key(name);
    json_.begin_array();
    for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
      if (gpus.contains(device)) json_.value(std::uint32_t{device});
    }
    json_.end_array();
  }

  template <class Pairs>
  void pairs(std::string_view name, const Pairs& entries) {
    json_.key(name);
    json_.begin_object();
    for (const auto& [key, value] : entries) json_.field(key, std::string_view(value));
    json_.end_object();
  }

  template <class Items, class Write>
  void objects(std::string_view name, const Items& items, Write write) {
    json_.key(name);
    json_.begin_array();
    for (const auto& item : items) {
      json_.begin_object();
      write(item);
      json_.end_object();
    }
    json_.end_array();
  }

  void timeouts(std::string_view name, std::optional<double> exec, std::optional<double> queue) {
    json_.key(name);
    json_.begin_object();
    json_.field("exec", exec);
    json_.field("queue", queue);
    json_.end_object();
  }

  void write_jobs_header() {
    json_.field("description", unless_empty(workflow_.description));
    json_.field("outputDir", unless_empty(workflow_.output_dir));
    json_.field("workflowTimeout", limit(workflow_.timeout));
    json_.field("maxParallel", workflow_.max_parallel);
    devices("gpus", workflow_.gpus);
  }

  Result<void> write_group(GroupIndex index) {
    const GroupSpec& group = workflow_.group(index);
    json_.begin_object();
    json_.field("name", std::string_view(workflow_.name_of(index)));
    json_.field("barrier", group.barrier);
    json_.field("ignoreNonleadStatus", group.ignore_nonlead_status);
    std::vector<std::string> upstream;
    for (const GroupIndex other : workflow_.upstream.of(index)) upstream.push_back(workflow_.name_of(other));
    std::ranges::sort(upstream);
    texts("upstream", upstream);
    json_.key("tasks");
    json_.begin_array();
    for (std::uint32_t i = 0; i < group.task_count; ++i) {
      const TaskIndex task(group.first_task.value() + i);
      SENNIT_ASSIGN(const TaskBody body, workflow_.body_of(task));
      json_.begin_object();
      write_task(task, body);
      json_.end_object();
    }
    json_.end_array();
    json_.end_object();
    return {};
  }

  void write_task(TaskIndex task, const TaskBody& body) {
    json_.field("name", workflow_.name_of(task));
    json_.field("lead", workflow_.tasks[task.value()].lead);
    if (is_jobs_) write_job(body, workflow_.policy_of(task));
    json_.field("image", std::string_view(body.image));
    texts("command", body.command);
    texts("args", body.args);
    pairs("environment", body.environment);
    write_transfers(body);
    write_files(body.files);
    pairs("exitActions", spec::exit_action_entries(workflow_.policy_of(task).exit_actions));
    objects("checkpoint", body.checkpoints, [this](const CheckpointSpec& checkpoint) {
      json_.field("path", std::string_view(checkpoint.path));
      json_.field("url", std::string_view(checkpoint.url));
      json_.field("frequency", seconds(checkpoint.frequency_us));
      json_.field("regex", std::string_view(checkpoint.regex));
    });
    objects("kpis", body.kpis, [this](const KpiSpec& kpi) {
      json_.field("index", std::string_view(kpi.index));
      json_.field("path", std::string_view(kpi.path));
    });
    write_credentials(body.credentials);
    texts("volumeMounts", body.volume_mounts);
    if (body.terminal) json_.field("tty", true);  // ours: OSMO's files have no such field
    json_.field("privileged", body.privileged);
    json_.field("hostNetwork", body.host_network);
    json_.field("downloadType", unless_empty(body.download_type));
    json_.field("cacheSize", unless_empty(body.cache_size));
    write_resource(task, body);
  }

  void write_job(const TaskBody& body, const TaskPolicy& policy) {
    json_.field("verb", std::string_view(body.verb));
    json_.field("config", std::string_view(body.config));
    json_.field("workdir", unless_empty(body.workdir));
    json_.field("maxRetries", policy.max_retries);
    json_.field("retryDelay", seconds(policy.retry_delay.count()));
    json_.field("retryBackoff", static_cast<double>(policy.retry_backoff) / kNoBackoff);
    json_.field("retryMaxDelay", limit(policy.retry_max_delay));
    json_.field("timeout", limit(policy.exec_timeout));
  }

  void write_transfers(const TaskBody& body) {
    objects("inputs", body.inputs, [this](const InputSpec& input) {
      json_.field(kind_of(input), std::string_view(input.source));
      json_.field("regex", std::string_view(input.regex));
    });
    objects("outputs", body.outputs, [this](const OutputSpec& output) {
      json_.field(kind_of(output), std::string_view(output.target));
      if (output.kind != OutputSpec::Kind::kUrl) json_.field("path", std::string_view(output.path));
      json_.field("regex", std::string_view(output.regex));
    });
  }

  static std::string_view kind_of(const InputSpec& input) {
    switch (input.kind) {
      case InputSpec::Kind::kTask: return "task";
      case InputSpec::Kind::kUrl: return "url";
      case InputSpec::Kind::kDataset: return "dataset";
    }
    return "";
  }

  static std::string_view kind_of(const OutputSpec& output) {
    switch (output.kind) {
      case OutputSpec::Kind::kUrl: return "url";
      case OutputSpec::Kind::kDataset: return "dataset";
      case OutputSpec::Kind::kUpdateDataset: return "update_dataset";
    }
    return "";
  }

  void write_files(const std::vector<FileSpec>& files) {
    objects("files", files, [this](const FileSpec& file) {
      const bool is_text = !file.raw && first_bad_utf8(file.contents) == std::string_view::npos;
      json_.field("path", std::string_view(file.path));
      json_.field("contents", std::string_view(is_text ? file.contents : encode_base64(file.contents)));
      json_.field("base64", !is_text);
    });
  }

  void write_credentials(const std::vector<CredentialUse>& credentials) {
    json_.key("credentials");
    json_.begin_object();
    for (const CredentialUse& use : credentials) {
      if (use.mount_dir.empty()) {
        pairs(use.credential, use.env);
      } else {
        json_.field(use.credential, std::string_view(use.mount_dir));
      }
    }
    json_.end_object();
  }

  void write_resource(TaskIndex task, const TaskBody& body) {
    const ResourceRequest& request = workflow_.resources_of(task);
    const auto quantity = [](Bytes bytes) {
      return bytes == Bytes() ? std::nullopt : std::optional<std::string>(spec::quantity_text(bytes));
    };
    json_.key("resource");
    json_.begin_object();
    json_.field("cpu", request.cpus);
    if (request.gpu_share > 0) {
      json_.field("gpu", static_cast<double>(request.gpu_share) / kWholeGpu);
    } else {
      json_.field("gpu", request.gpu_count > 0 ? std::optional(request.gpu_count) : std::nullopt);
    }
    if (const auto memory = quantity(request.gpu_memory)) json_.field("gpu_memory", std::string_view(*memory));
    if (is_jobs_) devices("gpuDevices", request.gpu_devices);
    const std::optional<std::string> memory = quantity(request.memory);
    const std::optional<std::string> storage = quantity(request.storage);
    json_.field("memory", memory ? unless_empty(*memory) : std::nullopt);
    json_.field("storage", storage ? unless_empty(*storage) : std::nullopt);
    json_.field("platform", unless_empty(request.platform));
    texts("nodesExcluded", body.nodes_excluded);
    const auto found = resources_.find(notes_.tasks[task.value()].resource);
    static const std::vector<spec::TopologyNote> kNone;
    objects("topology", found == resources_.end() ? kNone : found->second->topology,
            [this](const spec::TopologyNote& topology) {
              json_.field("key", std::string_view(topology.key));
              json_.field("group", std::string_view(topology.group));
              json_.field("requirementType", std::string_view(topology.requirement));
            });
    json_.end_object();
  }

  const Workflow& workflow_;
  const spec::SourceNotes& notes_;
  bool is_jobs_;
  std::map<std::string_view, const spec::ResourceNote*> resources_;
  std::string text_;
  views::JsonWriter json_{text_};
};

}  // namespace

Result<std::string> workflow_json(const Workflow& workflow, const spec::SourceNotes& notes) {
  return WorkflowJson(workflow, notes).write();
}

}  // namespace sennit::cli

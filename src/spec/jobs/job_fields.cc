// The fields of one job.
#include <fmt/format.h>

#include <array>

#include "spec/device_list.h"
#include "spec/fields.h"
#include "spec/jobs/job_command.h"
#include "spec/jobs/job_devices.h"
#include "spec/jobs/jobs_reader.h"
#include "spec/strict_values.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

constexpr std::int64_t kMostRetries = 1'000'000;

void read_name(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.again) report_second_name(reader.reporter(), *value.key, "a job");
  job.name_at = value.at;
  job.has_name = read_text(reader.reporter(), value, "'name'", Accept::kVerbatim, job.name);
}

void read_verb(JobsReader& reader, const Node& value, JobDraft& job) {
  job.verb_at = value.at;
  job.has_verb = read_text(reader.reporter(), value, "'verb'", Accept::kText, job.verb);
}

void read_config(JobsReader& reader, const Node& value, JobDraft& job) {
  job.config_at = value.at;
  if (!reader.read_expanded(value, "'config'", job.config)) return;
  if (job.config.empty()) reader.reporter().error(Code::kEmpty, value.at, "'config' is empty");
}

void read_depends_on(JobsReader& reader, const Node& value, JobDraft& job) {
  job.depends_on.clear();
  if (value.is_null()) return;
  std::string name;
  if (value.is_scalar()) {  // one name without brackets is clear enough
    if (read_text(reader.reporter(), value, "'depends_on'", Accept::kVerbatim, name)) {
      job.depends_on.emplace_back(name, value.at);
    }
    return;
  }
  if (!value.is_sequence()) {
    report_wrong_type(reader.reporter(), value, "'depends_on'", "a list", "[job-a, job-b]");
    return;
  }
  for (const Node& item : Children(value)) {
    if (!read_text(reader.reporter(), item, "an item of 'depends_on'", Accept::kVerbatim, name)) continue;
    job.depends_on.emplace_back(name, item.at);
  }
}

void read_args(JobsReader& reader, const Node& value, JobDraft& job) {
  job.args.clear();
  if (value.is_null()) return;
  if (!value.is_sequence()) {
    report_wrong_type(reader.reporter(), value, "'args'", "a list", "- \"training.learning_rate=1e-4\"");
    return;
  }
  for (const Node& item : Children(value)) {
    std::string text;
    if (reader.read_expanded(item, "an item of 'args'", text)) job.args.push_back(override_argument(text));
  }
}

void read_env(JobsReader& reader, const Node& value, JobDraft& job) {
  job.environment.clear();
  reader.read_environment(value, job.environment);
  note_visible_devices(reader.reporter(), value, job.environment, job.visible);
}

void read_workdir(JobsReader& reader, const Node& value, JobDraft& job) {
  if (!value.is_null()) reader.read_expanded(value, "'workdir'", job.workdir);
}

void read_max_retries(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  const auto retries = read_count(reader.reporter(), value, "'max_retries'", 0, kMostRetries);
  job.policy.max_retries = static_cast<std::uint32_t>(retries.value_or(0));
}

void read_retry_delay(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  job.policy.retry_delay = read_span(reader.reporter(), value, "'retry_delay'").value_or(Micros{});
}

void read_timeout(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  job.policy.exec_timeout = read_span(reader.reporter(), value, "'timeout'").value_or(Micros{});
}

// A device's number, or `auto` for any one.
void read_gpu(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  job.asks_gpu = true;
  job.gpu_at = value.at;
  if (value.is_text() && value.text == "auto") {
    job.resources.gpu_count = 1;
    return;
  }
  const bool word = value.is_text() && value.text.find_first_not_of("0123456789") != std::string_view::npos;
  if (word || !value.is_scalar() || value.type == ScalarType::kBool) {
    reader.reporter().error(Code::kWrongType, value.at,
                            fmt::format("'gpu' cannot be {}", value.is_scalar() ? fmt::format("'{}'", value.text)
                                                                                : std::string(describe(value))),
                            {.expected = "the number of a GPU, or auto; 'gpus: [0, 1]' for several", .suggestion = {}});
    return;
  }
  const auto device = read_count(reader.reporter(), value, "'gpu'", 0, GpuSet::kMaxDevices - 1);
  if (device) job.resources.gpu_devices.add(static_cast<unsigned>(*device));
}

void read_gpus(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  if (job.asks_gpu) {
    reader.reporter().error(Code::kExclusive, value.key->at, "a job has either 'gpu' or 'gpus', not both");
    return;
  }
  job.asks_gpu = true;
  job.gpu_at = value.at;
  job.resources.gpu_devices = read_devices(reader.reporter(), value, "'gpus'").value_or(GpuSet());
}

void read_remote(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  job.remote_at = value.at;
  read_text(reader.reporter(), value, "'remote'", Accept::kVerbatim, job.remote);
}

void read_cpus(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  const auto cpus = read_count(reader.reporter(), value, "'cpus'", 0, kMostDevices);
  if (cpus) job.resources.cpus = static_cast<std::uint32_t>(*cpus);
}

void read_memory(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  job.resources.memory = read_quantity(reader.reporter(), value, "'memory'").value_or(Bytes());
}

// Read before the jobs that it stands for; here for those who misspell it.
void matrix_is_written_out(JobsReader& /*reader*/, const Node& /*value*/, JobDraft& /*job*/) {}

using JobField = FieldOf<JobsReader, JobDraft>;
constexpr auto kResourceFields = std::to_array<JobField>({
    {"gpu", read_gpu},
    {"gpus", read_gpus},
    {"remote", read_remote},
    {"cpus", read_cpus},
    {"memory", read_memory},
});

void read_resources(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  read_fields(reader, reader.reporter(), value, "'resources'", kResourceFields, job);
}

constexpr auto kJobFields = std::to_array<JobField>({
    {"name", read_name, Need::kRequired},
    {"verb", read_verb, Need::kRequired},
    {"config", read_config, Need::kRequired},
    {"depends_on", read_depends_on},
    {"resources", read_resources},
    {"args", read_args},
    {"env", read_env},
    {"workdir", read_workdir},
    {"max_retries", read_max_retries},
    {"retry_delay", read_retry_delay},
    {"timeout", read_timeout},
    {"matrix", matrix_is_written_out},
});

}  // namespace

void read_job_fields(JobsReader& reader, const Node& node, JobDraft& job) {
  read_fields(reader, reader.reporter(), node, "a job", kJobFields, job);
}

}  // namespace sennit::spec

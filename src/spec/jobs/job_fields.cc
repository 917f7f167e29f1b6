// The fields of one job.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "spec/device_list.h"
#include "spec/fields.h"
#include "spec/gpu_part.h"
#include "spec/jobs/job_command.h"
#include "spec/jobs/job_devices.h"
#include "spec/jobs/jobs_reader.h"
#include "spec/schema/shapes.h"
#include "spec/strict_values.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

constexpr std::int64_t kMostRetries = 1'000'000;
constexpr int kMostBackoff = 100;

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

// A factor, kept as thousandths.
void read_retry_backoff(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  double factor = 0;
  const std::string_view text = value.text;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), factor, std::chars_format::fixed);
  const bool number = value.is_scalar() && error == std::errc{} && end == text.data() + text.size();
  if (number && factor >= 1 && factor <= kMostBackoff) {
    job.policy.retry_backoff = static_cast<std::uint32_t>(std::lround(factor * kNoBackoff));
    return;
  }
  if (!number) return report_wrong_type(reader.reporter(), value, "'retry_backoff'", "a factor", "2, or 1.5");
  reader.reporter().error(Code::kOutOfRange, value.at,
                          fmt::format("'retry_backoff' is {}; it must be from 1 to {}", text, kMostBackoff),
                          {.expected = "2 for twice the delay each time", .suggestion = {}});
}

void read_retry_max_delay(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  job.policy.retry_max_delay = read_span(reader.reporter(), value, "'retry_max_delay'").value_or(Micros{});
}

void read_timeout(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  job.policy.exec_timeout = read_span(reader.reporter(), value, "'timeout'").value_or(Micros{});
}

// A device's number, a part of any one, or `auto` for any whole one.
void read_gpu(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  job.asks_gpu = true;
  job.gpu_at = value.at;
  if (value.is_text() && value.text == "auto") {
    job.resources.gpu_count = 1;
    return;
  }
  if (is_gpu_part(value)) {
    job.resources.gpu_count = 1;
    const auto part = read_gpu_part(reader.reporter(), value, "`gpus: [0, 1]` for several whole ones");
    job.resources.gpu_share = part.value_or(0);
    return;
  }
  const bool word = value.is_text() && value.text.find_first_not_of("0123456789") != std::string_view::npos;
  if (word || !value.is_scalar() || value.type == ScalarType::kBool) {
    reader.reporter().error(
        Code::kWrongType, value.at,
        fmt::format("'gpu' cannot be {}",
                    value.is_scalar() ? fmt::format("'{}'", value.text) : std::string(describe(value))),
        {.expected = "the number of a GPU, auto, or a part of one such as 0.5; 'gpus: [0, 1]' for several",
         .suggestion = {}});
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

void read_gpu_memory(JobsReader& reader, const Node& value, JobDraft& job) {
  if (!job.asks_gpu) job.gpu_at = value.at;
  read_gpu_memory(reader.reporter(), value, job.resources);
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
constexpr std::int64_t kLastDevice = GpuSet::kMaxDevices - 1;

Schema device_shape() {
  const Schema written = Schema::of_type("string").text("pattern", "^(auto|[0-9]+)$");
  return nullable(Schema::any_of(
      {whole_number_shape(0, kLastDevice), Schema().words("enum", {"auto"}), written, gpu_part_shape(), axis_shape()}));
}
Schema devices_shape() { return nullable(list_of(count_shape(0, kLastDevice))); }
Schema scalar_or_null_shape() { return nullable(scalar_shape()); }
Schema processors_shape() { return nullable(count_shape(0, kMostDevices)); }
Schema quantity_or_null_shape() { return nullable(quantity_shape()); }

constexpr auto kResourceFields = std::to_array<JobField>({
    {"gpu", read_gpu, Need::kOptional, device_shape,
     "`auto` for any free device, or the number of one: the job has it for itself. A part such as `0.5`: of any one, "
     "which it shares with others."},
    {"gpus", read_gpus, Need::kOptional, devices_shape, "The numbers of several devices: `[0, 1]`."},
    {"gpu_memory", read_gpu_memory, Need::kOptional, quantity_or_null_shape,
     "Memory of the device, or of each of them: `20Gi`. The job shares them with others; without `gpu`, any one."},
    {"remote", read_remote, Need::kOptional, scalar_or_null_shape,
     "An entry of the workflow's `resources.remote`. Jobs on remote machines are not available yet."},
    {"cpus", read_cpus, Need::kOptional, processors_shape, "Processors, a whole number."},
    {"memory", read_memory, Need::kOptional, quantity_or_null_shape, "Memory: `512Mi`, `4Gi`."},
});

void read_resources(JobsReader& reader, const Node& value, JobDraft& job) {
  if (value.is_null()) return;
  read_fields(reader, reader.reporter(), value, "'resources'", kResourceFields, job);
}

// config.yaml may know more verbs.
Schema verb_shape() { return Schema::any_of({one_of_words(known_verbs()), text_shape()}); }
Schema depends_on_shape() { return Schema::any_of({list_of(scalar_shape()), scalar_shape(), Schema::of_type("null")}); }
Schema resources_shape() { return nullable(record("'resources'", kResourceFields)); }
Schema args_shape() { return nullable(list_of(scalar_shape())); }
Schema retries_shape() { return nullable(count_shape(0, kMostRetries)); }
Schema span_or_null_shape() { return nullable(span_shape()); }
Schema backoff_shape() {
  const Schema written = Schema::of_type("string").text("pattern", "^[0-9]+(\\.[0-9]+)?$");
  return nullable(Schema::any_of(
      {Schema::of_type("number").number("minimum", 1).number("maximum", kMostBackoff), written, axis_shape()}));
}

constexpr auto kJobFields = std::to_array<JobField>({
    {"name", read_name, Need::kRequired, scalar_shape,
     "Unique in the workflow; also the name of the job's folder in `output_dir`."},
    {"verb", read_verb, Need::kRequired, verb_shape,
     "What the job does: the command is `oumi VERB --config CONFIG ARGS`. `verbs` in config.yaml adds others."},
    {"config", read_config, Need::kRequired, scalar_shape,
     "The config file, from where you stand or from where this file lies; or something with `://`."},
    {"depends_on", read_depends_on, Need::kOptional, depends_on_shape, "Jobs that must have completed before."},
    {"resources", read_resources, Need::kOptional, resources_shape,
     "What the job needs. One that asks for no device does not wait for any."},
    {"args", read_args, Need::kOptional, args_shape,
     "Further words for the command. `training.learning_rate=1e-4` is passed as the override "
     "`--training.learning_rate=1e-4`."},
    {"env", read_env, Need::kOptional, job_environment_shape,
     "Variables, over those of the workflow. `${NAME}` is the variable of the shell that submits."},
    {"workdir", read_workdir, Need::kOptional, scalar_or_null_shape,
     "Where the job runs; else the workflow's `workdir`, else where you stand when you submit."},
    {"max_retries", read_max_retries, Need::kOptional, retries_shape,
     "How often the job is tried again when it fails; 0."},
    {"retry_delay", read_retry_delay, Need::kOptional, span_or_null_shape,
     "The time before it is: seconds, or a text such as `5m`; 60 seconds. The devices are free meanwhile."},
    {"retry_backoff", read_retry_backoff, Need::kOptional, backoff_shape,
     "By which factor the time before a retry grows with each of them, from 1 to 100; 1, which is not at all."},
    {"retry_max_delay", read_retry_max_delay, Need::kOptional, span_or_null_shape,
     "The longest that it may become: seconds, or a text such as `1h`."},
    {"timeout", read_timeout, Need::kOptional, span_or_null_shape,
     "How long one attempt may run: seconds, or a text such as `2h`. An attempt that runs into it is not repeated."},
    {"matrix", matrix_is_written_out, Need::kOptional, matrix_shape,
     "Makes many jobs of one: axes with lists of values, which `{{ matrix.AXIS }}` stands for in the job's texts."},
});

}  // namespace

Schema job_schema() { return record("a job", kJobFields); }
Schema job_environment_shape() { return nullable(map_of(scalar_shape())); }

void read_job_fields(JobsReader& reader, const Node& node, JobDraft& job) {
  read_fields(reader, reader.reporter(), node, "a job", kJobFields, job);
}

}  // namespace sennit::spec

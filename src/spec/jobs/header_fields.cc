// The header of a jobs file: everything beside the list of jobs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "spec/device_list.h"
#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/jobs/job_devices.h"
#include "spec/jobs/jobs_reader.h"
#include "spec/schema/shapes.h"
#include "spec/strict_values.h"
#include "spec/suggest.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

constexpr std::int64_t kMostParallel = 1'000'000'000;
constexpr auto kAllocations = std::to_array<std::string_view>({"dynamic", "fixed", "load_balanced", "hybrid"});
constexpr auto kModes = std::to_array<std::string_view>({"local", "remote", "distributed", "mixed"});

void read_name(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (!read_text(reader.reporter(), value, "'name'", Accept::kVerbatim, header.name)) return;
  if (header.name.empty()) reader.reporter().error(Code::kEmpty, value.at, "the name of the workflow is empty");
}

void read_description(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (value.is_null()) return;
  read_text(reader.reporter(), value, "'description'", Accept::kVerbatim, header.description);
}

void read_env(JobsReader& reader, const Node& value, JobsHeader& header) {
  header.environment.clear();
  reader.read_environment(value, header.environment);
  note_visible_devices(reader.reporter(), value, header.environment, header.visible);
}

void read_output_dir(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (!value.is_null()) reader.read_expanded(value, "'output_dir'", header.output_dir);
}

void read_workdir(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (!value.is_null()) reader.read_expanded(value, "'workdir'", header.workdir);
}

void read_tui(JobsReader& reader, const Node& value, JobsHeader& header) {
  header.tui = read_switch(reader.reporter(), value, "'tui'");
}

void read_timeout(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (value.is_null()) return;
  header.timeout = read_span(reader.reporter(), value, "'timeout'").value_or(Micros{});
}

void read_gpus(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (!value.is_null()) header.gpus = read_devices(reader.reporter(), value, "'gpus'");
}

void read_local_gpus(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (!value.is_null()) header.local_gpus = read_devices(reader.reporter(), value, "'local_gpus'");
}

void read_max_parallel(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (value.is_null()) return;
  const auto most = read_count(reader.reporter(), value, "'max_parallel'", 0, kMostParallel);
  header.max_parallel = static_cast<std::uint32_t>(most.value_or(0));
}

void read_allocation(JobsReader& reader, const Node& value, JobsHeader& header) {
  switch (read_word(reader.reporter(), value, "'allocation'", kAllocations).value_or(0)) {
    case 1: header.allocation = Allocation::kFixed; break;
    case 2: header.allocation = Allocation::kLoadBalanced; break;
    case 3: header.allocation = Allocation::kHybrid; break;
    default: header.allocation = Allocation::kDynamic; break;
  }
}

void read_mode(JobsReader& reader, const Node& value, JobsHeader& /*header*/) {
  if (read_word(reader.reporter(), value, "'mode'", kModes).value_or(0) == 0) return;
  reader.reporter().warning(Code::kNoEffect, value.at, "'mode' has no effect: all jobs run on this machine",
                            {.expected = "local", .suggestion = {}});
}

struct RemoteDraft {
  std::string name;
};
void read_remote_name(JobsReader& reader, const Node& value, RemoteDraft& remote) {
  read_text(reader.reporter(), value, "'name'", Accept::kVerbatim, remote.name);
}
void read_remote_jobs(JobsReader& reader, const Node& value, RemoteDraft& /*remote*/) {
  read_count(reader.reporter(), value, "'max_jobs'", 1, kMostParallel);
}
void accept_remote_detail(JobsReader& /*reader*/, const Node& /*value*/, RemoteDraft& /*remote*/) {}

using RemoteField = FieldOf<JobsReader, RemoteDraft>;
Schema remote_jobs_shape() { return count_shape(1, kMostParallel); }

constexpr auto kRemoteFields = std::to_array<RemoteField>({
    {"name", read_remote_name, Need::kRequired, scalar_shape, "What jobs call it."},
    {"cluster", accept_remote_detail, Need::kOptional, anything, "Has no effect yet."},
    {"gpus", accept_remote_detail, Need::kOptional, anything, "Has no effect yet."},
    {"max_jobs", read_remote_jobs, Need::kOptional, remote_jobs_shape, "How many jobs it takes at once."},
});

void read_remotes(JobsReader& reader, const Node& value, JobsHeader& header) {
  header.remotes.clear();
  if (value.is_null()) return;
  if (!value.is_sequence()) {
    report_wrong_type(reader.reporter(), value, "'remote'", "a list", "- name: ...");
    return;
  }
  for (const Node& item : Children(value)) {
    RemoteDraft remote;
    read_fields(reader, reader.reporter(), item, "a remote", kRemoteFields, remote);
    header.remotes.push_back(std::move(remote.name));
  }
}

void read_cost(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (value.is_null()) return;
  if (const auto price = read_price(reader.reporter(), value, "'cost_per_gpu_hour'")) header.cost_per_gpu_hour = price;
}

using HeaderField = FieldOf<JobsReader, JobsHeader>;
Schema devices_shape() { return nullable(list_of(count_shape(0, GpuSet::kMaxDevices - 1))); }
Schema parallel_shape() { return nullable(count_shape(0, kMostParallel)); }
Schema allocation_shape() { return one_of_words({kAllocations.begin(), kAllocations.end()}); }
Schema mode_shape() { return one_of_words({kModes.begin(), kModes.end()}); }
Schema remotes_shape() { return nullable(list_of(record("a remote", kRemoteFields))); }
Schema cost_shape() { return nullable(Schema::of_type("number").number("minimum", 0)); }

constexpr auto kResourceFields = std::to_array<HeaderField>({
    {"gpus", read_gpus, Need::kOptional, devices_shape,
     "The numbers of the devices that the workflow may use; all of the machine if not given."},
    {"max_parallel", read_max_parallel, Need::kOptional, parallel_shape,
     "How many jobs run at once, at most; 0: any number."},
    {"allocation", read_allocation, Need::kOptional, allocation_shape,
     "Which device `gpu: auto` and parts of one get. `dynamic`: the first that is free. `fixed`: the same one each "
     "time "
     "the job runs. `load_balanced`: of those that are free, the one that is busy least. `hybrid`: jobs that name a "
     "device wait for it, the others are balanced."},
    {"mode", read_mode, Need::kOptional, mode_shape, "Has no effect: all jobs run on this machine."},
    {"remote", read_remotes, Need::kOptional, remotes_shape, "Remote machines. Not available yet."},
    {"local_gpus", read_local_gpus, Need::kOptional, devices_shape, "The same as `gpus`, which goes before it."},
    {"cost_per_gpu_hour", read_cost, Need::kOptional, cost_shape,
     "What an hour of one GPU costs, to tell the cost of a run."},
});

void read_resources(JobsReader& reader, const Node& value, JobsHeader& header) {
  if (value.is_null()) return;
  read_fields(reader, reader.reporter(), value, "'resources'", kResourceFields, header);
}

Schema scalar_or_null_shape() { return nullable(scalar_shape()); }
Schema resources_shape() { return nullable(record("'resources'", kResourceFields)); }
Schema span_or_null_shape() { return nullable(span_shape()); }

constexpr auto kHeaderFields = std::to_array<HeaderField>({
    {"name", read_name, Need::kRequired, scalar_shape, "The workflow's name. Its id is made from it and a number."},
    {"description", read_description, Need::kOptional, scalar_or_null_shape, "What it is for; for people."},
    {"resources", read_resources, Need::kOptional, resources_shape, "The devices that the jobs share, and how."},
    {"env", read_env, Need::kOptional, job_environment_shape,
     "Variables for every job. `${NAME}` is the variable of the shell that submits, `${oc.env:NAME,word}` the same "
     "with a default."},
    {"output_dir", read_output_dir, Need::kOptional, scalar_or_null_shape,
     "Each job gets a folder `<output_dir>/<job>` with its `job.log`."},
    {"workdir", read_workdir, Need::kOptional, scalar_or_null_shape, "Where jobs run that do not say otherwise."},
    {"tui", read_tui, Need::kOptional, switch_shape, "Whether the terminal view is wanted."},
    {"timeout", read_timeout, Need::kOptional, span_or_null_shape,
     "How long the whole workflow may take: seconds, or a text such as `1h30m`."},
});

}  // namespace

Schema jobs_schema() {
  std::vector<FieldText> fields;
  for (const HeaderField& field : kHeaderFields) {
    fields.push_back({field.name, field.need, field.shape, field.description});
  }
  fields.push_back({"jobs", Need::kRequired, [] { return list_of(job_schema()).number("minItems", 1); },
                    "The jobs, in any order: each starts when those in its `depends_on` have completed."});
  return record_of("Workflow of jobs", fields);
}

std::string read_header_field(JobsReader& reader, const Node& key, const Node& value, JobsHeader& header) {
  for (const HeaderField& field : kHeaderFields) {
    if (field.name != key.text || !key.is_text()) continue;
    field.read(reader, value, header);
    return std::string(field.name);
  }
  std::array<std::string_view, kHeaderFields.size() + 1> names;
  for (std::size_t i = 0; i < kHeaderFields.size(); ++i) names[i] = kHeaderFields[i].name;
  names.back() = "jobs";
  return report_unknown_field(reader.reporter(), key, "the workflow", names);
}

}  // namespace sennit::spec

// The lists of a task that move data: inputs, outputs, checkpoints, KPIs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/schema/shapes.h"
#include "spec/storage_url.h"
#include "spec/suggest.h"
#include "spec/tasks/task_reader.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

void check_storage_url(TaskReader& reader, const std::string& url, Span at) {
  if (is_storage_url(url) || is_file_url(url)) return;
  reader.reporter().error(
      Code::kBadStorageUrl, at, fmt::format("'{}' is not a storage URL", url),
      {.expected = "s3://bucket/path, gs://bucket/path, azure://account/container, tos://endpoint/bucket, "
                   "swift://endpoint/account/container or file:///path",
       .suggestion = {}});
}

// A storage that nobody enters without keys needs some.
void check_keys(TaskReader& reader, const std::string& url, Span at) {
  const StorageProfiles* known = reader.options().storages;
  if (known == nullptr || reader.options().variable("SENNIT_DATA_ACCESS_KEY")) return;
  const std::optional<StorageUrl> storage = parse_storage_url(url);
  if (!storage || storage->has_ambient_access() || known->contains(storage->profile())) return;
  const std::string profile = storage->profile();
  if (profile.find("{{") != std::string::npos) return;  // not known before it starts
  reader.reporter().error(
      Code::kClosedStorage, at, fmt::format("there is no credential for {}", profile),
      {.expected = fmt::format("`sennit credential set NAME --type DATA --payload-env endpoint=VARIABLE "
                               "access_key_id=VARIABLE access_key=VARIABLE` with the endpoint {} makes it",
                               profile),
       .suggestion = {}});
}

// A data set in the words of OSMO up to 6.3.
struct DatasetDraft {
  std::string name;
  std::string path;
  std::string regex;
  std::vector<std::string> paths;
  std::vector<std::string> metadata;
  std::vector<std::string> labels;
};

// The bucket that the name begins with; what a token stands for is not known yet.
void check_bucket(TaskReader& reader, std::string_view name, Span at) {
  const Config* config = reader.options().config;
  const std::size_t slash = name.find('/');
  if (config == nullptr || slash == std::string_view::npos) return;
  const std::string_view bucket = name.substr(0, slash);
  const std::vector<std::string> names = bucket_names(config->datasets);
  if (bucket.find("{{") != std::string_view::npos || std::ranges::find(names, bucket) != names.end()) return;
  Nearest nearest(bucket);
  for (const std::string& each : names) nearest.consider(each);
  reader.reporter().error(
      Code::kUnknownBucket, at, fmt::format("there is no bucket '{}'", bucket),
      {.expected = fmt::format("{}; datasets.buckets in config.yaml names more", fmt::join(names, ", ")),
       .suggestion = nearest.result()});
}

void read_dataset_name(TaskReader& reader, const Node& value, DatasetDraft& draft) {
  if (!read_text(reader.reporter(), value, "'name'", Accept::kText, draft.name)) return;
  if (is_dataset(draft.name)) return check_bucket(reader, draft.name, value.at);
  reader.reporter().error(Code::kBadName, value.at, fmt::format("'{}' is not the name of a data set", draft.name),
                          {.expected = "[bucket/]name[:tag]", .suggestion = {}});
}
void read_dataset_path(TaskReader& reader, const Node& value, DatasetDraft& draft) {
  read_text(reader.reporter(), value, "'path'", Accept::kText, draft.path);
}
void read_dataset_regex(TaskReader& reader, const Node& value, DatasetDraft& draft) {
  read_regex(reader.reporter(), value, "'regex'", draft.regex);
}
void read_dataset_paths(TaskReader& reader, const Node& value, DatasetDraft& draft) {
  read_text_list(reader.reporter(), value, "'paths'", Accept::kText, draft.paths);
}
void read_dataset_metadata(TaskReader& reader, const Node& value, DatasetDraft& draft) {
  read_text_list(reader.reporter(), value, "'metadata'", Accept::kText, draft.metadata);
}
void read_dataset_labels(TaskReader& reader, const Node& value, DatasetDraft& draft) {
  read_text_list(reader.reporter(), value, "'labels'", Accept::kText, draft.labels);
}
void ignore_dataset_detail(TaskReader& reader, const Node& value, DatasetDraft& /*draft*/) {
  reader.reporter().warning(Code::kNoEffect, value.key->at,
                            fmt::format("'{}' of a data set has no effect", value.key->text));
}

Schema texts_shape() { return list_of(text_shape()); }

using DatasetField = FieldOf<TaskReader, DatasetDraft>;
constexpr std::string_view kDatasetName = "The data set: `[bucket/]name[:tag]`.";
constexpr std::string_view kRegex =
    "Only files whose path matches this regular expression (RE2) from its beginning: `.*\\.csv`.";
constexpr auto kDatasetInputFields = std::to_array<DatasetField>({
    {"name", read_dataset_name, Need::kRequired, text_shape, kDatasetName},
    {"regex", read_dataset_regex, Need::kOptional, text_shape, kRegex},
    {"path", ignore_dataset_detail, Need::kOptional, anything, "Has no effect; `regex` chooses files."},
    {"localpath", ignore_dataset_detail, Need::kOptional, anything, "Has no effect."},
});
constexpr auto kDatasetOutputFields = std::to_array<DatasetField>({
    {"name", read_dataset_name, Need::kRequired, text_shape, kDatasetName},
    {"path", read_dataset_path, Need::kOptional, text_shape,
     "A directory below `{{output}}`; the whole of it if not given."},
    {"regex", read_dataset_regex, Need::kOptional, text_shape, kRegex},
    {"paths", read_dataset_paths, Need::kOptional, texts_shape,
     "Files and directories below `{{output}}` in place of `path`, each `SRC` or `SRC:DST`, which puts it below the "
     "directory DST of the data set."},
    {"metadata", read_dataset_metadata, Need::kOptional, texts_shape,
     "Files below `{{output}}`, YAML or JSON: what there is to know of the version."},
    {"labels", read_dataset_labels, Need::kOptional, texts_shape,
     "Files below `{{output}}`, YAML or JSON: the version's labels."},
});

// One input or output: which of its kinds were named, and where.
struct TransferDraft {
  const Node* kind = nullptr;
  const Node* second = nullptr;
  const Node* regex = nullptr;
};
void note_kind(TaskReader& /*reader*/, const Node& value, TransferDraft& draft) {
  (draft.kind == nullptr ? draft.kind : draft.second) = &value;
}
void note_regex(TaskReader& /*reader*/, const Node& value, TransferDraft& draft) { draft.regex = &value; }

using TransferField = FieldOf<TaskReader, TransferDraft>;
Schema dataset_input_shape() { return record("a data set", kDatasetInputFields); }
Schema dataset_output_shape() { return record("a data set", kDatasetOutputFields); }

constexpr auto kInputFields = std::to_array<TransferField>({
    {"task", note_kind, Need::kOptional, task_reference_shape,
     "What another task has put out; this one starts when that one has completed. `WORKFLOW-ID:TASK` is a task of an "
     "earlier workflow."},
    {"url", note_kind, Need::kOptional, storage_url_shape,
     "Files of an object storage: `s3://bucket/path`, `gs://`, `azure://`, `swift://`, `tos://`."},
    {"dataset", note_kind, Need::kOptional, dataset_input_shape,
     "A data set. If another task of the workflow puts it out, this one waits for it."},
    {"regex", note_regex, Need::kOptional, text_shape, kRegex},
});
constexpr auto kOutputFields = std::to_array<TransferField>({
    {"url", note_kind, Need::kOptional, storage_url_shape,
     "A place in an object storage: `s3://bucket/path`, `gs://`, `azure://`, `swift://`, `tos://`."},
    {"dataset", note_kind, Need::kOptional, dataset_output_shape, "A new version of a data set."},
    {"update_dataset", note_kind, Need::kOptional, dataset_output_shape, "A data set that is added to."},
    {"regex", note_regex, Need::kOptional, text_shape, kRegex},
});

// Whether the item names exactly one kind.
bool check_kind(TaskReader& reader, const Node& item, const TransferDraft& draft, FieldsRead fields,
                std::string_view what, std::string_view kinds) {
  if (!item.is_mapping() || (draft.kind == nullptr && fields.unknown)) return false;  // said already
  if (draft.kind == nullptr) {
    reader.reporter().error(Code::kMissingField, item.at, fmt::format("{} names nothing", what),
                            {.expected = fmt::format("one of {}", kinds), .suggestion = {}});
    return false;
  }
  if (draft.second == nullptr) return true;
  reader.reporter().error(
      Code::kExclusive, draft.second->key->at,
      fmt::format("{} has both '{}' and '{}'", what, draft.kind->key->text, draft.second->key->text),
      {.expected = "an item for each", .suggestion = {}});
  return false;
}

void read_task_reference(TaskReader& reader, const Node& value, InputSpec& input) {
  input.kind = InputSpec::Kind::kTask;
  if (!read_text(reader.reporter(), value, "'task'", Accept::kText, input.source)) return;
  input.from_other = input.source.find(':') != std::string::npos;
  // A name that no task can have is looked for all the same: the task may have the same slip.
  if ((!input.from_other && !input.source.empty()) || is_task_reference(input.source)) return;
  reader.reporter().error(
      Code::kBadName, value.at, fmt::format("'{}' is not the name of a task", input.source),
      {.expected = "a task of this workflow, or <workflow id>:<task> of an earlier one", .suggestion = {}});
  input.source.clear();
}

void read_input(TaskReader& reader, const Node& item, TaskDraft& draft) {
  TransferDraft transfer;
  const FieldsRead fields = read_fields(reader, reader.reporter(), item, "an input", kInputFields, transfer);
  InputSpec& input = draft.body.inputs.emplace_back();
  draft.input_at.push_back(item.at);
  if (!check_kind(reader, item, transfer, fields, "an input", "task, url, dataset")) {
    input.kind = InputSpec::Kind::kUrl;
    return;
  }
  const Node& value = *transfer.kind;
  draft.input_at.back() = value.at;
  if (transfer.regex != nullptr) read_regex(reader.reporter(), *transfer.regex, "'regex'", input.regex);
  if (value.key->text == "task") {
    read_task_reference(reader, value, input);
  } else if (value.key->text == "url") {
    input.kind = InputSpec::Kind::kUrl;
    if (read_text(reader.reporter(), value, "'url'", Accept::kText, input.source)) {
      check_storage_url(reader, input.source, value.at);
      check_keys(reader, input.source, value.at);
    }
  } else {
    input.kind = InputSpec::Kind::kDataset;
    DatasetDraft dataset;
    read_fields(reader, reader.reporter(), value, "'dataset'", kDatasetInputFields, dataset);
    input.source = std::move(dataset.name);
    if (!dataset.regex.empty()) input.regex = std::move(dataset.regex);
  }
}

void read_output(TaskReader& reader, const Node& item, TaskDraft& draft) {
  TransferDraft transfer;
  const FieldsRead fields = read_fields(reader, reader.reporter(), item, "an output", kOutputFields, transfer);
  OutputSpec& output = draft.body.outputs.emplace_back();
  if (!check_kind(reader, item, transfer, fields, "an output", "url, dataset, update_dataset")) return;
  const Node& value = *transfer.kind;
  if (transfer.regex != nullptr) read_regex(reader.reporter(), *transfer.regex, "'regex'", output.regex);
  if (value.key->text == "url") {
    if (read_text(reader.reporter(), value, "'url'", Accept::kText, output.target)) {
      check_storage_url(reader, output.target, value.at);
      check_keys(reader, output.target, value.at);
    }
    return;
  }
  const bool update = value.key->text == "update_dataset";
  output.kind = update ? OutputSpec::Kind::kUpdateDataset : OutputSpec::Kind::kDataset;
  DatasetDraft dataset;
  read_fields(reader, reader.reporter(), value, fmt::format("'{}'", value.key->text), kDatasetOutputFields, dataset);
  output.target = std::move(dataset.name);
  output.path = std::move(dataset.path);
  output.paths = std::move(dataset.paths);
  output.metadata = std::move(dataset.metadata);
  output.labels = std::move(dataset.labels);
  if (!dataset.regex.empty()) output.regex = std::move(dataset.regex);
}

struct CheckpointDraft {
  CheckpointSpec checkpoint;
};

void read_checkpoint_path(TaskReader& reader, const Node& value, CheckpointDraft& draft) {
  read_text(reader.reporter(), value, "'path'", Accept::kText, draft.checkpoint.path);
}
void read_checkpoint_url(TaskReader& reader, const Node& value, CheckpointDraft& draft) {
  if (!read_text(reader.reporter(), value, "'url'", Accept::kText, draft.checkpoint.url)) return;
  check_storage_url(reader, draft.checkpoint.url, value.at);
  check_keys(reader, draft.checkpoint.url, value.at);
}
void read_checkpoint_frequency(TaskReader& reader, const Node& value, CheckpointDraft& draft) {
  if (value.is_scalar() && value.type == ScalarType::kBool) {
    report_wrong_type(reader.reporter(), value, "'frequency'", "a duration");
    return;
  }
  const std::optional<Micros> frequency = read_duration(reader.reporter(), value, "'frequency'");
  if (frequency) draft.checkpoint.frequency_us = frequency->count();
}
void read_checkpoint_regex(TaskReader& reader, const Node& value, CheckpointDraft& draft) {
  read_regex(reader.reporter(), value, "'regex'", draft.checkpoint.regex);
}

using CheckpointField = FieldOf<TaskReader, CheckpointDraft>;
Schema frequency_shape() {
  return Schema().schemas("allOf", {duration_shape(), Schema().words("type", {"number", "string"})});
}

constexpr auto kCheckpointFields = std::to_array<CheckpointField>({
    {"path", read_checkpoint_path, Need::kRequired, text_shape, "The directory that is uploaded."},
    {"url", read_checkpoint_url, Need::kRequired, storage_url_shape, "Where to: `s3://bucket/path` and the like."},
    {"frequency", read_checkpoint_frequency, Need::kRequired, frequency_shape,
     "The time between two uploads: seconds, or a text such as `5m`."},
    {"regex", read_checkpoint_regex, Need::kOptional, text_shape, kRegex},
});

void read_kpi_index(TaskReader& reader, const Node& value, KpiSpec& kpi) {
  read_text(reader.reporter(), value, "'index'", Accept::kNumbers, kpi.index);
}
void read_kpi_path(TaskReader& reader, const Node& value, KpiSpec& kpi) {
  read_text(reader.reporter(), value, "'path'", Accept::kNumbers, kpi.path);
}

using KpiField = FieldOf<TaskReader, KpiSpec>;
constexpr auto kKpiFields = std::to_array<KpiField>({
    {"index", read_kpi_index, Need::kRequired, number_text_shape, "What the measurement is called."},
    {"path", read_kpi_path, Need::kRequired, number_text_shape, "The file, below `{{output}}`."},
});

}  // namespace

Schema inputs_shape() {
  return list_of(record("an input", kInputFields).merge(exactly_one_of({"task", "url", "dataset"})));
}
Schema outputs_shape() {
  return list_of(record("an output", kOutputFields).merge(exactly_one_of({"url", "dataset", "update_dataset"})));
}
Schema checkpoints_shape() { return list_of(record("a checkpoint", kCheckpointFields)); }
Schema kpis_shape() { return list_of(record("a KPI", kKpiFields)); }

void read_inputs(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.inputs.clear();
  draft.input_at.clear();
  if (!expect_list(reader.reporter(), value, "'inputs'")) return;
  for (const Node& item : Children(value)) read_input(reader, item, draft);
}

void read_outputs(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.outputs.clear();
  if (!expect_list(reader.reporter(), value, "'outputs'")) return;
  for (const Node& item : Children(value)) read_output(reader, item, draft);
}

void read_checkpoints(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.checkpoints.clear();
  if (!expect_list(reader.reporter(), value, "'checkpoint'")) return;
  for (const Node& item : Children(value)) {
    CheckpointDraft checkpoint;
    read_fields(reader, reader.reporter(), item, "a checkpoint", kCheckpointFields, checkpoint);
    draft.body.checkpoints.push_back(std::move(checkpoint.checkpoint));
  }
}

void read_kpis(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.kpis.clear();
  if (!expect_list(reader.reporter(), value, "'kpis'")) return;
  for (const Node& item : Children(value)) {
    read_fields(reader, reader.reporter(), item, "a KPI", kKpiFields, draft.body.kpis.emplace_back());
  }
}

}  // namespace sennit::spec

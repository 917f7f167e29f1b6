#include "model/task_body.h"

#include "base/fields.h"
#include "model/credential.h"

namespace sennit {
namespace {

// Tags of a TaskBody; docs/formats/fields.md has the version rule.
enum BodyTag : std::uint32_t {
  kImage = 1,
  kCommand = 2,
  kArg = 3,
  kEnvironment = 4,
  kFile = 5,
  kInput = 6,
  kOutput = 7,
  kCheckpoint = 8,
  kCredential = 9,
  kKpi = 10,
  kVolumeMount = 11,
  kPrivileged = 12,
  kHostNetwork = 13,
  kWorkdir = 14,
  kJobDir = 15,
  kVerb = 16,
  kConfig = 17,
  kCacheSize = 18,
  kDownloadType = 19,
  kNodeExcluded = 20,
  kPlatformMount = 21,
  kTerminal = 22,
};

using Pair = std::pair<std::string, std::string>;

void write_pair(FieldWriter& writer, const Pair& pair) {
  writer.put(1, pair.first);
  writer.put(2, pair.second);
}

void write_file(FieldWriter& writer, const FileSpec& file) {
  writer.put(1, file.path);
  writer.put(2, file.contents);
  writer.put(3, static_cast<std::uint64_t>(file.raw));
}

void write_input(FieldWriter& writer, const InputSpec& input) {
  writer.put(1, static_cast<std::uint64_t>(input.kind));
  writer.put(2, input.source);
  writer.put(3, input.task.value());
  writer.put(4, static_cast<std::uint64_t>(input.from_other));
  writer.put(5, input.regex);
  writer.put(6, input.other_dir);
}

void write_output(FieldWriter& writer, const OutputSpec& output) {
  writer.put(1, static_cast<std::uint64_t>(output.kind));
  writer.put(2, output.target);
  writer.put(3, output.path);
  writer.put(4, output.regex);
  for (const std::string& path : output.paths) writer.put(5, path);
  for (const std::string& path : output.metadata) writer.put(6, path);
  for (const std::string& path : output.labels) writer.put(7, path);
}

void write_checkpoint(FieldWriter& writer, const CheckpointSpec& checkpoint) {
  writer.put(1, checkpoint.path);
  writer.put(2, checkpoint.url);
  writer.put_signed(3, checkpoint.frequency_us);
  writer.put(4, checkpoint.regex);
}

void write_credential(FieldWriter& writer, const CredentialUse& use) {
  writer.put(1, use.credential);
  writer.put(2, use.mount_dir);
  for (const Pair& pair : use.env) writer.nest(3, [&](FieldWriter& inner) { write_pair(inner, pair); });
}

void write_kpi(FieldWriter& writer, const KpiSpec& kpi) {
  writer.put(1, kpi.index);
  writer.put(2, kpi.path);
}

template <class Items, class Write>
void write_list(FieldWriter& writer, std::uint32_t tag, const Items& items, Write write) {
  for (const auto& item : items) {
    writer.nest(tag, [&](FieldWriter& inner) { write(inner, item); });
  }
}

void write_list(FieldWriter& writer, std::uint32_t tag, const std::vector<std::string>& items) {
  for (const std::string& item : items) writer.put_always(tag, item);
}

// Calls `take` for each field of a nested record.
template <class Take>
Result<void> read_fields(std::string_view bytes, Take take) {
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    SENNIT_TRY(take(field));
  }
  return reader.status();
}

// As above for records whose fields cannot fail by themselves.
template <class Take>
Result<void> read_plain(std::string_view bytes, Take take) {
  return read_fields(bytes, [&](const Field& field) -> Result<void> {
    take(field);
    return {};
  });
}

Result<void> read_pair(std::string_view bytes, std::vector<Pair>& out) {
  Pair& pair = out.emplace_back();
  return read_plain(bytes, [&](const Field& field) {
    if (field.tag == 1) pair.first = field.bytes;
    if (field.tag == 2) pair.second = field.bytes;
  });
}

Result<void> read_file(std::string_view bytes, std::vector<FileSpec>& out) {
  FileSpec& file = out.emplace_back();
  return read_plain(bytes, [&](const Field& field) {
    if (field.tag == 1) file.path = field.bytes;
    if (field.tag == 2) file.contents = field.bytes;
    if (field.tag == 3) file.raw = field.as_bool();
  });
}

Result<void> read_input(std::string_view bytes, std::vector<InputSpec>& out) {
  InputSpec& input = out.emplace_back();
  return read_plain(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: input.kind = static_cast<InputSpec::Kind>(field.number); break;
      case 2: input.source = field.bytes; break;
      case 3: input.task = TaskIndex(static_cast<std::uint32_t>(field.number)); break;
      case 4: input.from_other = field.as_bool(); break;
      case 5: input.regex = field.bytes; break;
      case 6: input.other_dir = field.bytes; break;
      default: break;
    }
  });
}

Result<void> read_output(std::string_view bytes, std::vector<OutputSpec>& out) {
  OutputSpec& output = out.emplace_back();
  return read_plain(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: output.kind = static_cast<OutputSpec::Kind>(field.number); break;
      case 2: output.target = field.bytes; break;
      case 3: output.path = field.bytes; break;
      case 4: output.regex = field.bytes; break;
      case 5: output.paths.emplace_back(field.bytes); break;
      case 6: output.metadata.emplace_back(field.bytes); break;
      case 7: output.labels.emplace_back(field.bytes); break;
      default: break;
    }
  });
}

Result<void> read_checkpoint(std::string_view bytes, std::vector<CheckpointSpec>& out) {
  CheckpointSpec& checkpoint = out.emplace_back();
  return read_plain(bytes, [&](const Field& field) {
    switch (field.tag) {
      case 1: checkpoint.path = field.bytes; break;
      case 2: checkpoint.url = field.bytes; break;
      case 3: checkpoint.frequency_us = field.as_signed(); break;
      case 4: checkpoint.regex = field.bytes; break;
      default: break;
    }
  });
}

Result<void> read_credential(std::string_view bytes, std::vector<CredentialUse>& out) {
  CredentialUse& use = out.emplace_back();
  return read_fields(bytes, [&](const Field& field) -> Result<void> {
    switch (field.tag) {
      case 1: use.credential = field.bytes; break;
      case 2: use.mount_dir = field.bytes; break;
      case 3: return read_pair(field.bytes, use.env);
      default: break;
    }
    return {};
  });
}

Result<void> read_kpi(std::string_view bytes, std::vector<KpiSpec>& out) {
  KpiSpec& kpi = out.emplace_back();
  return read_plain(bytes, [&](const Field& field) {
    if (field.tag == 1) kpi.index = field.bytes;
    if (field.tag == 2) kpi.path = field.bytes;
  });
}

Result<void> read_body_field(const Field& field, TaskBody& body) {
  switch (field.tag) {
    case kImage: body.image = field.bytes; break;
    case kCommand: body.command.emplace_back(field.bytes); break;
    case kArg: body.args.emplace_back(field.bytes); break;
    case kEnvironment: return read_pair(field.bytes, body.environment);
    case kFile: return read_file(field.bytes, body.files);
    case kInput: return read_input(field.bytes, body.inputs);
    case kOutput: return read_output(field.bytes, body.outputs);
    case kCheckpoint: return read_checkpoint(field.bytes, body.checkpoints);
    case kCredential: return read_credential(field.bytes, body.credentials);
    case kKpi: return read_kpi(field.bytes, body.kpis);
    case kVolumeMount: body.volume_mounts.emplace_back(field.bytes); break;
    case kTerminal: body.terminal = field.as_bool(); break;
    case kPrivileged: body.privileged = field.as_bool(); break;
    case kHostNetwork: body.host_network = field.as_bool(); break;
    case kWorkdir: body.workdir = field.bytes; break;
    case kJobDir: body.job_dir = field.bytes; break;
    case kVerb: body.verb = field.bytes; break;
    case kConfig: body.config = field.bytes; break;
    case kCacheSize: body.cache_size = field.bytes; break;
    case kDownloadType: body.download_type = field.bytes; break;
    case kNodeExcluded: body.nodes_excluded.emplace_back(field.bytes); break;
    case kPlatformMount: body.platform_mounts.emplace_back(field.bytes); break;
    default: break;  // written by a later release
  }
  return {};
}

bool has_field(std::string_view bytes, std::uint32_t tag) {
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == tag) return true;
  }
  return false;
}

}  // namespace

void encode(const TaskBody& body, std::string& out) {
  FieldWriter writer(out);
  writer.put(kImage, body.image);
  write_list(writer, kCommand, body.command);
  write_list(writer, kArg, body.args);
  write_list(writer, kEnvironment, body.environment, write_pair);
  write_list(writer, kFile, body.files, write_file);
  write_list(writer, kInput, body.inputs, write_input);
  write_list(writer, kOutput, body.outputs, write_output);
  write_list(writer, kCheckpoint, body.checkpoints, write_checkpoint);
  write_list(writer, kCredential, body.credentials, write_credential);
  write_list(writer, kKpi, body.kpis, write_kpi);
  write_list(writer, kVolumeMount, body.volume_mounts);
  writer.put(kTerminal, static_cast<std::uint64_t>(body.terminal));
  writer.put(kPrivileged, static_cast<std::uint64_t>(body.privileged));
  writer.put(kHostNetwork, static_cast<std::uint64_t>(body.host_network));
  writer.put(kWorkdir, body.workdir);
  writer.put(kJobDir, body.job_dir);
  writer.put(kVerb, body.verb);
  writer.put(kConfig, body.config);
  writer.put(kCacheSize, body.cache_size);
  writer.put(kDownloadType, body.download_type);
  write_list(writer, kNodeExcluded, body.nodes_excluded);
  write_list(writer, kPlatformMount, body.platform_mounts);
}

Result<TaskBody> decode_task_body(std::string_view bytes) {
  TaskBody body;
  SENNIT_TRY(read_fields(bytes, [&](const Field& field) { return read_body_field(field, body); }));
  return body;
}

bool has_transfers(std::string_view bytes) {
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == kOutput || field.tag == kCheckpoint || field.tag == kKpi) return true;
    if (field.tag != kInput) continue;
    std::vector<InputSpec> inputs;
    if (!read_input(field.bytes, inputs)) return true;  // whoever decodes it says what is wrong
    if (inputs.front().kind != InputSpec::Kind::kTask || !inputs.front().regex.empty()) return true;
  }
  return false;
}

bool has_inputs(std::string_view bytes) { return has_field(bytes, kInput); }

std::string_view image_of(std::string_view bytes) {
  FieldReader reader(bytes);
  Field field;
  // Fields are written in the order of encode(), and those that are empty are left out.
  return reader.next(field) && field.tag == kImage ? field.bytes : std::string_view();
}

bool has_credentials(std::string_view body) { return has_field(body, kCredential); }

}  // namespace sennit

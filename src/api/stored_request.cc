#include "api/stored_request.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/fields.h"
#include "model/order.h"

namespace sennit::api {
namespace {

// Stored numbers: append, never reuse.
enum Tag : std::uint32_t {
  kFile = 1,
  kFileDirectory = 2,
  kLocalFile = 3,
  kSet = 4,
  kSetString = 5,
  kSetEnv = 6,
  kGpus = 7,
  kMaxParallel = 8,  // plus 1
  kPool = 9,
  kPriority = 10,
  kLabel = 11,
  kRuntime = 12,
  kConfig = 13,
  kExtent = 14,
};

void put_pair(FieldWriter& out, std::uint32_t tag, const std::string& name, const std::string& value) {
  out.nest(tag, [&](FieldWriter& inner) {
    inner.put(1, name);
    inner.put(2, value);
  });
}

void put_all(FieldWriter& out, std::uint32_t tag, const std::vector<std::string>& values) {
  for (const std::string& value : values) out.put_always(tag, value);
}

Result<std::pair<std::string, std::string>> read_pair(std::string_view bytes) {
  std::pair<std::string, std::string> pair;
  FieldReader reader(bytes);
  Field field;
  while (reader.next(field)) {
    if (field.tag == 1) pair.first = field.bytes;
    if (field.tag == 2) pair.second = field.bytes;
  }
  SENNIT_TRY(reader.status());
  return pair;
}

Result<void> take(const Field& field, StoredRequest& stored) {
  views::SubmitRequest& request = stored.request;
  switch (field.tag) {
    case kFile: request.file = field.bytes; break;
    case kFileDirectory: request.file_directory = field.bytes; break;
    case kLocalFile: {
      SENNIT_ASSIGN(auto file, read_pair(field.bytes));
      request.files.insert(std::move(file));
      break;
    }
    case kSet: request.set.emplace_back(field.bytes); break;
    case kSetString: request.set_string.emplace_back(field.bytes); break;
    case kSetEnv: request.set_env.emplace_back(field.bytes); break;
    case kGpus: request.gpus = std::string(field.bytes); break;
    case kMaxParallel: request.max_parallel = static_cast<std::uint32_t>(field.number - 1); break;
    case kPool: request.pool = field.bytes; break;
    case kPriority: request.priority = field.bytes; break;
    case kLabel: request.labels.emplace_back(field.bytes); break;
    case kRuntime: request.runtime = field.bytes; break;
    case kConfig: {
      SENNIT_ASSIGN(auto flag, read_pair(field.bytes));
      request.config.push_back(std::move(flag));
      break;
    }
    case kExtent: stored.extent = field.number == 0 ? Extent::kWhole : Extent::kPart; break;
    default: break;  // a later release's
  }
  return {};
}

}  // namespace

std::string encode_request(const views::SubmitRequest& request, const std::map<std::string, std::string>& files,
                           Extent extent) {
  std::string bytes;
  FieldWriter out(bytes);
  out.put_always(kFile, request.file);
  out.put(kFileDirectory, request.file_directory);
  for (const auto& [path, contents] : files) put_pair(out, kLocalFile, path, contents);
  put_all(out, kSet, request.set);
  put_all(out, kSetString, request.set_string);
  put_all(out, kSetEnv, request.set_env);
  if (request.gpus) out.put_always(kGpus, *request.gpus);
  if (request.max_parallel) out.put(kMaxParallel, std::uint64_t{*request.max_parallel} + 1);
  out.put(kPool, request.pool);
  out.put(kPriority, request.priority);
  put_all(out, kLabel, request.labels);
  out.put(kRuntime, request.runtime);
  for (const auto& [key, value] : request.config) put_pair(out, kConfig, key, value);
  out.put(kExtent, static_cast<std::uint64_t>(extent));
  return bytes;
}

Result<StoredRequest> stored_request(const store::StoredWorkflow& workflow) {
  const std::string& id = workflow.row.submission.id;
  if (workflow.request.empty()) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} was submitted to an earlier release, which did not keep what this needs: "
                             "submit its file again",
                             id));
  }
  StoredRequest stored;
  FieldReader reader(workflow.request);
  Field field;
  while (reader.next(field)) SENNIT_TRY(take(field, stored));
  SENNIT_TRY(reader.status());
  SENNIT_ASSIGN(WorkflowContext context, decode_workflow_context(workflow.context));
  stored.request.text = workflow.source_text;
  stored.request.environment = std::move(context.environment);
  stored.request.directory = std::move(context.directory);
  stored.request.user = workflow.row.submission.user;
  return stored;
}

}  // namespace sennit::api

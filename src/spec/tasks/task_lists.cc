// The files and credentials of a task.
#include <fmt/format.h>

#include <unordered_set>

#include "base/base64.h"
#include "spec/credential_use.h"
#include "spec/fields.h"
#include "spec/grammar.h"
#include "spec/schema/shapes.h"
#include "spec/tasks/task_reader.h"
#include "spec/values.h"

namespace sennit::spec {
namespace {

struct FileDraft {
  FileSpec file;
  bool base64 = false;
  Span path_at;
  Span contents_at;
  const Node* contents = nullptr;
  const Node* local = nullptr;
};

void read_file_path(TaskReader& reader, const Node& value, FileDraft& draft) {
  draft.path_at = value.at;
  if (!read_text(reader.reporter(), value, "'path'", Accept::kNumbers, draft.file.path)) return;
  if (is_usable_file_path(draft.file.path)) return;
  reader.reporter().error(
      Code::kBadFilePath, value.at,
      draft.file.path.empty() ? std::string("'path' is empty")
                              : fmt::format("no file can be put at '{}'", draft.file.path),
      {.expected = "an absolute path outside /osmo, or below /osmo/data/output/", .suggestion = {}});
}
void read_file_contents(TaskReader& reader, const Node& value, FileDraft& draft) {
  draft.contents = &value;
  read_text(reader.reporter(), value, "'contents'", Accept::kNumbers, draft.file.contents);
}
void read_file_base64(TaskReader& reader, const Node& value, FileDraft& draft) {
  draft.base64 = read_switch(reader.reporter(), value, "'base64'").value_or(false);
}
void read_file_local(TaskReader& reader, const Node& value, FileDraft& draft) {
  draft.local = &value;
  reader.read_local_file(value, draft.file.contents);
}

using FileField = FieldOf<TaskReader, FileDraft>;
constexpr auto kFileFields = std::to_array<FileField>({
    {"path", read_file_path, Need::kRequired, number_text_shape,
     "Where the file is put: an absolute path outside `/osmo`, or below `/osmo/data/output/`."},
    {"contents", read_file_contents, Need::kOptional, number_text_shape,
     "The file's text, in which tokens are filled in. `contents: |` and indented lines keep it readable."},
    {"base64", read_file_base64, Need::kOptional, switch_shape, "The contents are base64, and stand for bytes."},
    {"localpath", read_file_local, Need::kOptional, text_shape,
     "Instead of `contents`: a file beside this one, which is sent along when the workflow is submitted."},
});

void check_file(TaskReader& reader, const Node& item, FieldsRead fields, FileDraft& draft) {
  Reporter& reporter = reader.reporter();
  constexpr std::uint64_t kSources = 0b1010;  // contents, localpath
  if ((fields.there & kSources) == 0) report_missing_field(reporter, item.at, "a file", "contents");
  if (draft.contents != nullptr && draft.local != nullptr) {
    reporter.error(Code::kExclusive, draft.local->key->at, "a file has both 'contents' and 'localpath'");
  }
  if (!draft.base64 || draft.contents == nullptr || !draft.contents->is_scalar()) return;
  std::optional<std::string> bytes = decode_base64(draft.file.contents);
  if (bytes) {
    draft.file.contents = std::move(*bytes);
    draft.file.raw = true;
  } else {
    reporter.error(Code::kBadBase64, draft.contents->at, "'contents' is not base64, as 'base64: true' says");
  }
}

void report_credential(TaskReader& reader, Span at, std::optional<CredentialComplaint> complaint) {
  if (!complaint) return;
  reader.reporter().error(Code::kUnknownCredential, at, std::move(complaint->message),
                          {.expected = std::move(complaint->expected), .suggestion = std::move(complaint->suggestion)});
}

// The variables of a credential: ENV: key.
bool read_credential_keys(TaskReader& reader, const Node& value, CredentialUse& use) {
  for (const Node& entry : Children(value)) {
    std::string key;
    const std::string what = fmt::format("the key for '{}'", entry.key->text);
    if (!read_text(reader.reporter(), entry, what, Accept::kScalars, key)) return false;
    std::string variable = python_text(entry.key->type, entry.key->text);
    warn_if_read_otherwise(reader.reporter(), *entry.key, "the name of a variable", variable);
    if (const CredentialKeys* known = reader.options().credentials) {
      report_credential(reader, entry.at, complain_of_key(use.credential, key, *known));
    }
    use.env.emplace_back(std::move(variable), std::move(key));
  }
  return true;
}

}  // namespace

Schema files_shape() { return list_of(record("a file", kFileFields).merge(exactly_one_of({"contents", "localpath"}))); }
Schema credentials_shape() { return map_of(Schema::any_of({scalar_shape(), map_of(scalar_shape())})); }

void read_files(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.files.clear();
  if (!expect_list(reader.reporter(), value, "'files'")) return;
  std::unordered_set<std::string> paths;
  for (const Node& item : Children(value)) {
    FileDraft file;
    const FieldsRead fields = read_fields(reader, reader.reporter(), item, "a file", kFileFields, file);
    if (!item.is_mapping()) continue;
    check_file(reader, item, fields, file);
    if (!file.file.path.empty() && !paths.insert(file.file.path).second) {
      reader.reporter().error(Code::kDuplicateFile, file.path_at,
                              fmt::format("two files have the path '{}'", file.file.path));
    }
    draft.body.files.push_back(std::move(file.file));
  }
}

void read_credentials(TaskReader& reader, const Node& value, TaskDraft& draft) {
  draft.body.credentials.clear();
  if (!expect_map(reader.reporter(), value, "'credentials'")) return;
  for (const Node& entry : Children(value)) {
    CredentialUse use;
    use.credential = python_text(entry.key->type, entry.key->text);
    if (const CredentialKeys* known = reader.options().credentials) {
      report_credential(reader, entry.key->at, complain_of_name(use.credential, *known));
    }
    if (entry.is_mapping()) {
      if (!read_credential_keys(reader, entry, use)) continue;
    } else if (entry.is_sequence() || entry.is_null()) {
      reader.reporter().error(
          Code::kBadCredential, entry.at,
          fmt::format("the credential '{}' cannot be {}", use.credential, describe(entry)),
          {.expected = "a directory to put its files in, or a map of VARIABLE: key", .suggestion = {}});
      continue;
    } else {
      read_text(reader.reporter(), entry, "a credential", Accept::kScalars, use.mount_dir);
    }
    draft.body.credentials.push_back(std::move(use));
  }
}

}  // namespace sennit::spec

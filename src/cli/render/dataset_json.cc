#include "cli/render/dataset_json.h"

#include "cli/render/dataset_text.h"

namespace sennit::cli {
namespace {

using views::JsonWriter;

void write_notes(JsonWriter& writer, std::string_view name, const storage::Notes& notes) {
  writer.key(name);
  writer.begin_object();
  for (const auto& [key, value] : notes) writer.field(key, value);
  writer.end_object();
}

void write_tags(JsonWriter& writer, const storage::DatasetState& state, std::uint32_t number) {
  writer.key("tags");
  writer.begin_array();
  if (state.latest() != nullptr && state.latest()->number == number) writer.value("latest");
  for (const std::string& tag : state.tags_of(number)) writer.value(tag);
  writer.end_array();
}

double seconds_of(Micros took) { return std::chrono::duration<double>(took).count(); }

// {"dataset": ..., "version": N, then a list of what `write_one` writes.
template <class List, class WriteOne>
std::string list_json(const std::string& dataset, std::uint32_t version, std::string_view name, const List& list,
                      WriteOne write_one) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("dataset", dataset);
  writer.field("version", version);
  writer.field("count", static_cast<std::uint64_t>(list.size()));
  writer.key(name);
  writer.begin_array();
  for (const auto& one : list) {
    writer.begin_object();
    write_one(writer, one);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return out;
}

}  // namespace

std::string_view word_of(storage::Damage::Kind kind) {
  return kind == storage::Damage::Kind::kMissing ? "missing" : "changed";
}

std::string_view word_of(storage::Difference::Kind kind) {
  return kind == storage::Difference::Kind::kMissing ? "missing" : "changed";
}

std::string_view word_of(storage::ManifestChange::Kind kind) {
  switch (kind) {
    case storage::ManifestChange::Kind::kAdded: return "added";
    case storage::ManifestChange::Kind::kRemoved: return "removed";
    case storage::ManifestChange::Kind::kChanged: return "changed";
  }
  return "";
}

void write_version(JsonWriter& writer, const storage::VersionRecord& version) {
  writer.field("version", version.number);
  writer.field("manifest", storage::hex_of(version.manifest));
  writer.field("files", version.files);
  writer.field("bytes", version.bytes);
  writer.field("created", version.created);
  writer.field("created_by", version.created_by);
  if (!version.source.empty()) writer.field("source", version.source);
  write_notes(writer, "labels", version.labels);
  write_notes(writer, "metadata", version.metadata);
}

std::string dataset_list_json(const DatasetListing& listing) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("bucket", listing.bucket);
  writer.field("total", listing.total);
  writer.key("datasets");
  writer.begin_array();
  for (const storage::DatasetSummary& dataset : listing.datasets) {
    writer.begin_object();
    writer.field("name", dataset.name);
    writer.field("versions", dataset.versions);
    writer.key("latest");
    writer.begin_object();
    write_version(writer, dataset.latest);
    writer.end_object();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return out;
}

std::string dataset_details_json(const DatasetDetails& details) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("name", details.name);
  writer.field("bucket", details.bucket);
  writer.field("stored_bytes", details.stored_bytes);
  writer.field("bytes", details.shown_bytes);
  writer.key("versions");
  writer.begin_array();
  for (const auto& [number, version] : details.state.versions) {
    writer.begin_object();
    write_version(writer, version);
    write_tags(writer, details.state, number);
    writer.field("own_bytes", details.own_bytes.at(number));
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return out;
}

std::string uploaded_json(const std::string& dataset, const storage::Uploaded& uploaded, std::uint64_t left_out,
                          Micros took) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("dataset", dataset);
  write_version(writer, uploaded.version);
  writer.field("is_new", uploaded.is_new);
  writer.field("sent_files", uploaded.sent_files);
  writer.field("sent_bytes", uploaded.sent_bytes);
  writer.field("left_out", left_out);
  writer.field("seconds", seconds_of(took));
  writer.end_object();
  return out;
}

std::string removed_json(const std::string& dataset, const storage::Removed& removed) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("dataset", dataset);
  writer.field("versions", removed.versions);
  writer.field("objects", removed.objects);
  writer.field("bytes", removed.bytes);
  writer.field("contents_stay", removed.somebody_sends);
  writer.end_object();
  return out;
}

std::string manifest_json(const InspectedJson& inspected) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("dataset", inspected.dataset);
  write_version(writer, inspected.version);
  writer.key("paths");
  writer.begin_array();
  for (const storage::ManifestFile& file : inspected.manifest.files) {
    writer.begin_object();
    writer.field("path", file.path);
    writer.field("size", file.size);
    writer.field("sha256", storage::hex_of(file.digest));
    writer.field("executable", file.mode == storage::ManifestFile::Mode::kExecutable);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return out;
}

std::string damages_json(const std::string& dataset, std::uint32_t version,
                         const std::vector<storage::Damage>& damages) {
  return list_json(dataset, version, "damaged", damages, [](JsonWriter& writer, const storage::Damage& damage) {
    writer.field("path", damage.path);
    writer.field("sha256", storage::hex_of(damage.digest));
    writer.field("what", word_of(damage.kind));
    writer.field("files", damage.files);
  });
}

std::string changes_json(const std::string& dataset, std::uint32_t before, std::uint32_t after,
                         const std::vector<storage::ManifestChange>& changes) {
  return list_json(dataset, after, "changes", changes, [before](JsonWriter& writer, const auto& change) {
    writer.field("path", change.path);
    writer.field("what", word_of(change.kind));
    writer.field("since", before);
    writer.field("old_size", change.old_size);
    writer.field("new_size", change.new_size);
  });
}

std::string differences_json(const std::string& dataset, std::uint32_t version,
                             const std::vector<storage::Difference>& differences) {
  return list_json(dataset, version, "differences", differences, [](JsonWriter& writer, const auto& difference) {
    writer.field("path", difference.path);
    writer.field("what", word_of(difference.kind));
  });
}

}  // namespace sennit::cli

#include "cli/render/dataset_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unordered_map>

#include "base/bytes.h"
#include "base/printable.h"
#include "base/time_text.h"
#include "cli/render/dataset_json.h"
#include "cli/text/counted.h"
#include "cli/text/table.h"

namespace sennit::cli {
namespace {

std::string notes_text(const storage::Notes& notes) {
  std::vector<std::string> words;
  for (const auto& [name, value] : notes) words.push_back(fmt::format("{}={}", name, value));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string rate_of(std::uint64_t bytes, Micros took) {
  const double seconds = std::chrono::duration<double>(took).count();
  if (bytes == 0 || seconds <= 0) return {};
  return fmt::format(", {}/s", readable(Bytes(static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds))));
}

}  // namespace

std::string dataset_list_text(const DatasetListing& listing, const Style& style) {
  if (listing.datasets.empty()) return fmt::format("No datasets in {}\n", listing.bucket);
  Table table({"Dataset", "Version", "Versions", "Files", "Size", "Created", "By"});
  for (const storage::DatasetSummary& dataset : listing.datasets) {
    const storage::VersionRecord& latest = dataset.latest;
    table.add({{dataset.name, {}},
               {std::to_string(latest.number), {}},
               {std::to_string(dataset.versions), {}},
               {std::to_string(latest.files), {}},
               {readable(Bytes(latest.bytes)), {}},
               {date_time(latest.created), {}},
               {latest.created_by, {}}});
  }
  std::string text = table.render(style);
  if (listing.total > listing.datasets.size()) {
    text += fmt::format("{} of {}; --offset shows what follows\n", listing.datasets.size(), listing.total);
  }
  return text;
}

DatasetDetails details_of(std::string name, std::string bucket, storage::DatasetState state,
                          const std::map<storage::Digest, storage::Manifest>& manifests) {
  struct Use {
    std::uint64_t size = 0;
    std::uint32_t version = 0;
    bool is_shared = false;
  };
  DatasetDetails details{.name = std::move(name), .bucket = std::move(bucket), .state = std::move(state)};
  std::unordered_map<storage::Digest, Use, storage::DigestHash> uses;
  for (const auto& [number, version] : details.state.versions) {
    details.shown_bytes += version.bytes;
    details.own_bytes[number] = 0;
    const auto manifest = manifests.find(version.manifest);
    if (manifest == manifests.end()) continue;
    for (const storage::ManifestFile& file : manifest->second.files) {
      Use& use = uses.try_emplace(file.digest, Use{.size = file.size, .version = number}).first->second;
      if (use.version != number) use.is_shared = true;
    }
  }
  for (const auto& [digest, use] : uses) {
    details.stored_bytes += use.size;
    if (!use.is_shared) details.own_bytes[use.version] += use.size;
  }
  return details;
}

std::string dataset_details_text(const DatasetDetails& details, const Style& style) {
  std::string text =
      fmt::format("Dataset  {}\nBucket   {}\nStored   {} for {} of {}\n\n", details.name, details.bucket,
                  readable(Bytes(details.stored_bytes)), counted(details.state.versions.size(), "version"),
                  readable(Bytes(details.shown_bytes)));
  Table table({"Version", "Tags", "Files", "Size", "Own", "Created", "By", "Labels"});
  for (auto at = details.state.versions.rbegin(); at != details.state.versions.rend(); ++at) {
    const storage::VersionRecord& version = at->second;
    std::vector<std::string> tags = details.state.tags_of(version.number);
    if (at == details.state.versions.rbegin()) tags.insert(tags.begin(), "latest");
    table.add({{std::to_string(version.number), {}},
               {fmt::format("{}", fmt::join(tags, ", ")), {}},
               {std::to_string(version.files), {}},
               {readable(Bytes(version.bytes)), {}},
               {readable(Bytes(details.own_bytes.at(version.number))), {}},
               {date_time(version.created), {}},
               {version.source.empty() ? version.created_by : version.source, {}},
               {notes_text(version.labels), {}}});
  }
  text += table.render(style);
  for (auto at = details.state.versions.rbegin(); at != details.state.versions.rend(); ++at) {
    if (at->second.metadata.empty()) continue;
    text += fmt::format("\nMetadata of version {}\n", at->first);
    for (const auto& [name, value] : at->second.metadata) {
      text += fmt::format("  {}: {}\n", printable(name), printable(value));
    }
  }
  return text;
}

std::string uploaded_text(const std::string& dataset, const storage::Uploaded& uploaded, Micros took) {
  const storage::VersionRecord& version = uploaded.version;
  if (!uploaded.is_new) return fmt::format("Nothing has changed: {}:{} is the same", dataset, version.number);
  std::string text =
      fmt::format("Made {}:{}: {}, {}; sent {}, {} in {}{}", dataset, version.number, counted(version.files, "file"),
                  readable(Bytes(version.bytes)), counted(uploaded.sent_files, "file"),
                  readable(Bytes(uploaded.sent_bytes)), duration_text(took), rate_of(uploaded.sent_bytes, took));
  if (uploaded.kept_files > 0) text += fmt::format("; the contents of {} were there", uploaded.kept_files);
  return text;
}

std::string removed_text(const std::string& dataset, const storage::Removed& removed) {
  std::string text = fmt::format("Deleted {} of {}", counted(removed.versions, "version"), dataset);
  if (removed.somebody_sends) {
    return text + "; somebody uploads to it, so its contents stay until the next deletion";
  }
  return text + fmt::format(", and {}, {}, that no other version has", counted(removed.objects, "object"),
                            readable(Bytes(removed.bytes)));
}

}  // namespace sennit::cli

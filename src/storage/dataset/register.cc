#include "storage/dataset/register.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <optional>

#include "base/printable.h"
#include "storage/dataset/dataset_name.h"
#include "storage/dataset/layout.h"

namespace sennit::storage {
namespace {

constexpr std::string_view kJson = ".json";
constexpr std::size_t kMostShown = 8;

// "TAG" of "tags/TAG.json".
std::optional<std::string_view> between(std::string_view name, std::string_view prefix, std::string_view suffix) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix)) return std::nullopt;
  if (name.size() < prefix.size() + suffix.size()) return std::nullopt;
  return name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
}

Result<void> take_record(const std::string& name, const std::string& text, DatasetState& state) {
  Result<VersionRecord> record = parse_version(text);
  if (!record) return std::move(record).error().in(name);
  state.versions.emplace(record->number, std::move(*record));
  return {};
}

Result<Manifest> checked_manifest(const std::string& name, const std::string& text, const Digest& digest) {
  if (digest_of(text) != digest) {
    return Error(ErrorCode::kCorrupt, fmt::format("{} is damaged: its hash is not the one in its name", name));
  }
  Result<Manifest> manifest = parse_manifest(text);
  if (!manifest) return std::move(manifest).error().in(name);
  return manifest;
}

std::string some_of(const std::vector<std::string>& words) {
  if (words.size() <= kMostShown) return fmt::format("{}", fmt::join(words, ", "));
  return fmt::format("{} and {} more", fmt::join(words.begin(), words.begin() + kMostShown, ", "),
                     words.size() - kMostShown);
}

}  // namespace

const VersionRecord* DatasetState::find(std::string_view tag) const {
  if (tag.empty() || tag == kLatestTag) return latest();
  std::optional<std::uint32_t> number = version_number(tag);
  if (!number) {
    const auto found = tags.find(tag);
    if (found == tags.end()) return nullptr;
    number = found->second;
  }
  const auto version = versions.find(*number);
  return version == versions.end() ? nullptr : &version->second;
}

std::vector<std::string> DatasetState::tags_of(std::uint32_t number) const {
  std::vector<std::string> names;
  for (const auto& [name, meant] : tags) {
    if (meant == number) names.push_back(name);
  }
  return names;
}

Error no_such_version(const std::string& dataset, std::string_view tag, const DatasetState& state) {
  if (state.versions.empty()) return Error(ErrorCode::kNotFound, fmt::format("there is no dataset '{}'", dataset));
  std::vector<std::string> there;
  for (auto version = state.versions.rbegin(); version != state.versions.rend(); ++version) {
    there.push_back(std::to_string(version->first));
  }
  std::vector<std::string> tags;
  for (const auto& [name, number] : state.tags) tags.push_back(name);
  const std::string and_tags = tags.empty() ? std::string() : fmt::format("; its tags are {}", some_of(tags));
  return Error(ErrorCode::kNotFound, fmt::format("the dataset '{}' has no version '{}'; it has {}{}", dataset,
                                                 printable(tag), some_of(there), and_tags));
}

Result<std::vector<DatasetSummary>> Register::list() {
  SENNIT_ASSIGN(const std::vector<StoredObject> objects, bucket_.list("register/"));
  std::map<std::string, std::pair<std::uint32_t, std::uint32_t>> found;  // the number of versions, and the highest
  for (const StoredObject& object : objects) {
    const std::size_t slash = object.name.find('/');
    if (slash == std::string::npos) continue;
    const auto text = between(std::string_view(object.name).substr(slash + 1), "versions/", kJson);
    const auto number = text ? version_number(*text) : std::nullopt;
    if (!number) continue;
    auto& [count, highest] = found[object.name.substr(0, slash)];
    ++count;
    highest = std::max(highest, *number);
  }
  std::vector<std::string> names;
  for (const auto& [name, numbers] : found) names.push_back(version_object(name, numbers.second));
  SENNIT_ASSIGN(const auto texts, bucket_.read(names));
  std::vector<DatasetSummary> summaries;
  for (const auto& [name, numbers] : found) {
    const auto text = texts.find(version_object(name, numbers.second));
    if (text == texts.end()) continue;  // deleted meanwhile
    Result<VersionRecord> record = parse_version(text->second);
    if (!record) return std::move(record).error().in(text->first);
    summaries.push_back({.name = name, .versions = numbers.first, .latest = std::move(*record)});
  }
  return summaries;
}

Result<DatasetState> Register::load(const std::string& dataset) {
  const std::string prefix = register_prefix(dataset);
  SENNIT_ASSIGN(const std::vector<StoredObject> objects, bucket_.list(prefix));
  std::vector<std::string> names;
  for (const StoredObject& object : objects) {
    if (object.name.starts_with("versions/") || object.name.starts_with("tags/")) names.push_back(prefix + object.name);
  }
  DatasetState state;
  if (names.empty()) return state;
  SENNIT_ASSIGN(const auto texts, bucket_.read(names));
  for (const auto& [name, text] : texts) {
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    if (between(rest, "versions/", kJson)) SENNIT_TRY(take_record(name, text, state));
    if (const auto tag = between(rest, "tags/", kJson)) {
      Result<std::uint32_t> number = parse_tag(text);
      if (!number) return std::move(number).error().in(name);
      state.tags.emplace(*tag, *number);
    }
  }
  std::erase_if(state.tags, [&](const auto& tag) { return !state.versions.contains(tag.second); });
  return state;
}

Result<VersionRecord> Register::resolve(const std::string& dataset, std::string_view tag) {
  SENNIT_ASSIGN(const DatasetState state, load(dataset));
  const VersionRecord* version = state.find(tag);
  if (version == nullptr) return no_such_version(dataset, tag, state);
  return *version;
}

Result<Manifest> Register::manifest(const std::string& dataset, const Digest& digest) {
  SENNIT_ASSIGN(auto all, manifests(dataset, {digest}));
  return std::move(all.begin()->second);
}

Result<std::map<Digest, Manifest>> Register::manifests(const std::string& dataset, const std::vector<Digest>& digests) {
  std::vector<std::string> names;
  for (const Digest& digest : digests) names.push_back(manifest_object(dataset, digest));
  SENNIT_ASSIGN(const auto texts, bucket_.read(names));
  std::map<Digest, Manifest> all;
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const auto text = texts.find(names[i]);
    if (text == texts.end()) {
      return Error(ErrorCode::kCorrupt, fmt::format("{} of {} is missing", names[i], bucket_.text()));
    }
    if (all.contains(digests[i])) continue;
    SENNIT_ASSIGN(Manifest manifest, checked_manifest(names[i], text->second, digests[i]));
    all.emplace(digests[i], std::move(manifest));
  }
  return all;
}

Result<VersionRecord> Register::publish(const std::string& dataset, VersionRecord record) {
  SENNIT_ASSIGN(record.number, bucket_.take_number(numbers_prefix(dataset)));
  SENNIT_TRY(bucket_.write(version_object(dataset, record.number), format_version(record)));
  return record;
}

Result<void> Register::set_tag(const std::string& dataset, std::string_view tag, std::uint32_t number) {
  return bucket_.write(tag_object(dataset, tag), format_tag(number));
}

Result<void> Register::remove_tag(const std::string& dataset, std::string_view tag) {
  const std::string name = fmt::format("tags/{}.json", tag);
  return bucket_.remove(register_prefix(dataset), {&name, 1});
}

Result<void> Register::remove_versions(const std::string& dataset, const std::vector<std::uint32_t>& numbers) {
  SENNIT_ASSIGN(const DatasetState state, load(dataset));
  std::vector<std::string> names;
  for (const std::uint32_t number : numbers) {
    for (const std::string& tag : state.tags_of(number)) names.push_back(fmt::format("tags/{}.json", tag));
    names.push_back(fmt::format("versions/{}.json", number));
  }
  return bucket_.remove(register_prefix(dataset), names);
}

}  // namespace sennit::storage

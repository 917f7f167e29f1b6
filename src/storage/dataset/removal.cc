#include "storage/dataset/removal.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "storage/dataset/layout.h"

namespace sennit::storage {
namespace {

// Between two looks at whether the hold is still good.
constexpr std::size_t kAtOnce = 2000;

// The names below data/NAME/ that the versions need.
Result<std::unordered_set<std::string>> needed_by(Bucket& bucket, const std::string& dataset,
                                                  const DatasetState& state) {
  std::set<Digest> digests;
  for (const auto& [number, version] : state.versions) digests.insert(version.manifest);
  std::unordered_set<std::string> needed;
  if (digests.empty()) return needed;
  SENNIT_ASSIGN(const auto manifests,
                Register(bucket).manifests(dataset, std::vector<Digest>(digests.begin(), digests.end())));
  for (const auto& [digest, manifest] : manifests) {
    needed.insert(manifest_object(dataset, digest).substr(data_prefix(dataset).size()));
    for (const ManifestFile& file : manifest.files) needed.insert("objects/" + object_name_of(file.digest));
  }
  return needed;
}

Result<void> remove_contents(const DatasetWork& work, const std::string& dataset, Removed& removed) {
  SENNIT_ASSIGN(const std::unique_ptr<Hold> hold, work.bucket.hold_to_remove(dataset));
  if (hold == nullptr) {
    removed.somebody_sends = true;
    return {};
  }
  SENNIT_ASSIGN(const DatasetState state, Register(work.bucket).load(dataset));
  SENNIT_ASSIGN(const std::unordered_set<std::string> needed, needed_by(work.bucket, dataset, state));
  const std::string prefix = data_prefix(dataset);
  SENNIT_ASSIGN(const std::vector<StoredObject> objects, work.bucket.list(prefix));
  std::vector<std::string> names;
  for (const StoredObject& object : objects) {
    if (needed.contains(object.name)) continue;
    names.push_back(object.name);
    if (object.name.starts_with("objects/")) ++removed.objects;
    removed.bytes += object.size;
  }
  for (std::size_t begin = 0; begin < names.size(); begin += kAtOnce) {
    SENNIT_TRY(hold->is_good());
    SENNIT_TRY(work.meter.may_go_on());
    SENNIT_TRY(work.bucket.remove(prefix, std::span(names).subspan(begin, std::min(kAtOnce, names.size() - begin))));
  }
  return {};
}

}  // namespace

Result<Removed> remove_versions(const DatasetWork& work, const std::string& dataset,
                                const std::vector<std::uint32_t>& numbers) {
  Register all(work.bucket);
  SENNIT_TRY(all.remove_versions(dataset, numbers));
  Removed removed{.versions = numbers.size()};
  SENNIT_TRY(remove_contents(work, dataset, removed));
  return removed;
}

Result<Removed> remove_dataset(const DatasetWork& work, const std::string& dataset) {
  Register all(work.bucket);
  SENNIT_ASSIGN(const DatasetState state, all.load(dataset));
  if (state.versions.empty()) return no_such_version(dataset, "", state);
  std::vector<std::uint32_t> numbers;
  for (const auto& [number, version] : state.versions) numbers.push_back(number);
  SENNIT_ASSIGN(Removed removed, remove_versions(work, dataset, numbers));
  if (removed.somebody_sends) return removed;
  SENNIT_ASSIGN(const std::unique_ptr<Hold> hold, work.bucket.hold_to_remove(dataset));
  if (hold == nullptr) return removed;
  // Not if somebody published one in between.
  SENNIT_ASSIGN(const DatasetState now, all.load(dataset));
  if (!now.versions.empty()) return removed;
  SENNIT_ASSIGN(const std::vector<StoredObject> rest, work.bucket.list(register_prefix(dataset)));
  std::vector<std::string> names;
  for (const StoredObject& object : rest) names.push_back(object.name);
  SENNIT_TRY(work.bucket.remove(register_prefix(dataset), names));
  return removed;
}

}  // namespace sennit::storage

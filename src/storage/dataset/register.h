// The register of a bucket's datasets: which versions there are, and which of them the tags mean. It lies in the bucket
// itself, so that all who share the bucket share it, with no server between (docs/decisions/0019).
//
// Threads: as the bucket's. Errors: kNotFound names what there is instead; those of the bucket.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/dataset/bucket.h"
#include "storage/dataset/manifest.h"
#include "storage/dataset/version.h"

namespace sennit::storage {

struct DatasetState {
  std::map<std::uint32_t, VersionRecord> versions;
  std::map<std::string, std::uint32_t, std::less<>> tags;  // all of them mean versions that are there

  const VersionRecord* latest() const { return versions.empty() ? nullptr : &versions.rbegin()->second; }
  // The version that a tag means: a number, "latest" or "" for the newest, or a name. nullptr: none.
  const VersionRecord* find(std::string_view tag) const;
  std::vector<std::string> tags_of(std::uint32_t number) const;
};

struct DatasetSummary {
  std::string name;
  std::uint32_t versions = 0;
  VersionRecord latest;
};

class Register {
 public:
  explicit Register(Bucket& bucket) : bucket_(bucket) {}

  // By name. Without the manifests, so that it costs two requests however many there are.
  Result<std::vector<DatasetSummary>> list();
  // Without versions if there is no such dataset.
  Result<DatasetState> load(const std::string& dataset);
  // Fails with kNotFound, saying what there is.
  Result<VersionRecord> resolve(const std::string& dataset, std::string_view tag);
  // With its hash verified: kCorrupt.
  Result<Manifest> manifest(const std::string& dataset, const Digest& digest);
  // Those of many versions, by their hashes; with one request.
  Result<std::map<Digest, Manifest>> manifests(const std::string& dataset, const std::vector<Digest>& digests);

  // Gives the record a number and makes the version visible. Its manifest and objects are there.
  Result<VersionRecord> publish(const std::string& dataset, VersionRecord record);
  Result<void> set_tag(const std::string& dataset, std::string_view tag, std::uint32_t number);
  Result<void> remove_tag(const std::string& dataset, std::string_view tag);
  // Takes the versions and their tags out of the register; the data stays.
  Result<void> remove_versions(const std::string& dataset, const std::vector<std::uint32_t>& numbers);

 private:
  Bucket& bucket_;
};

// "there is no version 'v9' of digits; there are 1 to 4 and the tags best, golden".
Error no_such_version(const std::string& dataset, std::string_view tag, const DatasetState& state);

}  // namespace sennit::storage

// Removes versions of a dataset, and the contents that no other version has.
//
// The register loses the versions first. Contents go only while nobody sends: an upload that goes on may rely on an
// object that no version refers to yet. Then they stay, and the next removal takes them.
//
// Threads: the one that works on the bucket; blocking. Errors: kNotFound (no such version), those of the bucket;
// kCorrupt if the manifest of a version that stays cannot be read: then no contents are removed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/dataset/register.h"
#include "storage/dataset/work.h"

namespace sennit::storage {

struct Removed {
  std::uint64_t versions = 0;
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
  bool somebody_sends = false;  // so the contents stay for now
};

Result<Removed> remove_versions(const DatasetWork& work, const std::string& dataset,
                                const std::vector<std::uint32_t>& numbers);
// All of it: versions, tags, contents, and the memory of which numbers were taken.
Result<Removed> remove_dataset(const DatasetWork& work, const std::string& dataset);

}  // namespace sennit::storage

// Whether a bucket has what a version consists of.
//
// Threads: the one that works on the bucket; blocking. Errors: those of the bucket.
#pragma once

#include <string>
#include <vector>

#include "storage/dataset/manifest.h"
#include "storage/dataset/work.h"

namespace sennit::storage {

// By listing: that each object is there with its size. By reading: with its contents, too, which are fetched to be
// hashed.
enum class Depth : std::uint8_t { kListed, kRead };

struct Damage {
  std::string path;  // of one file that has these contents
  Digest digest{};
  enum class Kind : std::uint8_t { kMissing, kChanged } kind = Kind::kMissing;
  std::uint64_t files = 0;  // that have them
};

// By path; empty if all is well.
Result<std::vector<Damage>> verify(const DatasetWork& work, const std::string& dataset, const Manifest& manifest,
                                   Depth depth);

}  // namespace sennit::storage

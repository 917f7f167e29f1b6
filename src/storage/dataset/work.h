// What work on a dataset needs.
#pragma once

#include "base/clock.h"
#include "storage/dataset/bucket.h"
#include "storage/dataset/hash_cache.h"
#include "storage/dataset/meter.h"

namespace sennit::storage {

// All of it outlives the work.
struct DatasetWork {
  Bucket& bucket;
  HashCache& hashes;
  Meter& meter;
  const Clock& clock;
};

}  // namespace sennit::storage

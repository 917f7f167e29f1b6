// Puts the files of a version that lies in a directory of this host into another directory, without copying their
// contents: as clones where the file system can share blocks, else as hard links to the objects, which nobody may write
// to; as copies where neither is possible, and where a file is executable but the object is not.
//
// The hash of every object is verified, as far as the cache does not know it.
//
// Threads: one that may block. Errors: as download's.
#pragma once

#include "storage/dataset/download.h"

namespace sennit::storage {

// Hard links are ours and the bucket's at once: only for those who cannot write to what belongs to others.
enum class HardLinks : std::uint8_t { kAllowed, kRefused };

// The work's bucket is a directory.
Result<Moved> place_links(const DatasetWork& work, const DownloadRequest& request, HardLinks hard_links);

}  // namespace sennit::storage

// Copies of files: by sharing their blocks where the file system can, else by reading and hashing on the way.
//
// Threads: any; blocking. Errors: those of the system; kConflict where the contents are not those expected.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "storage/dataset/digest.h"
#include "storage/dataset/meter.h"

namespace sennit::storage {

// What tells whether a file was changed: its size and the times of its last changes.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;  // of the inode: nobody can set it
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
Result<FileStamp> stamp_of(int fd);

// Fills `to`, an empty file, with the contents of `from`. Fails with kConflict if their hash is not `digest`.
Result<void> copy_verified(int from, int to, const Digest& digest, Meter& meter);
// Fills `to` with the contents of `from`, whose hash somebody else looks at.
Result<void> copy_contents(int from, int to, Meter& meter);

// A name in the same directory that nobody else uses: ".tmp-" and random digits.
std::string temporary_beside(const std::string& path);
inline constexpr const char* kTemporaryPrefix = ".tmp-";

}  // namespace sennit::storage

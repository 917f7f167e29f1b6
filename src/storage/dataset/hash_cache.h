// Hashes of files that were read before, found by what tells whether a file has changed: device, inode, size, and the
// times of its last changes (of which nobody can set the second). So a tree that was uploaded is uploaded again in the
// time that looking at its files takes.
//
// A file that was changed in the last two seconds is not kept: it could change again within one tick of the clock.
// The cache is a file that may be lost or damaged at any time; then it is empty.
//
// Threads: any. Ownership: a value of the process; two processes that save at once keep one's news. Errors: none.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/instant.h"
#include "storage/dataset/file_copy.h"

namespace sennit::storage {

class HashCache {
 public:
  HashCache() = default;  // in memory only
  // `path`: made when it is saved.
  explicit HashCache(std::string path);
  HashCache(const HashCache&) = delete;
  HashCache& operator=(const HashCache&) = delete;

  std::optional<Digest> find(const FileStamp& stamp) const;
  // `now` is when reading the file began.
  void add(const FileStamp& stamp, const Digest& digest, Instant now);
  // If something was added.
  Result<void> save();

 private:
  struct Known {
    FileStamp stamp;
    Digest digest{};
  };
  struct Key {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept { return key.inode * 0x9E3779B97F4A7C15ULL ^ key.device; }
  };
  void load();

  std::string path_;
  mutable std::mutex mutex_;
  std::unordered_map<Key, Known, KeyHash> known_;
  bool has_news_ = false;
};

}  // namespace sennit::storage

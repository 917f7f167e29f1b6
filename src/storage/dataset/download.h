// Puts the files of a version into a directory, or tells how it differs from them.
//
// Only files that differ are fetched. They are fetched beside the directory's own, their hashes verified, and each is
// then renamed to its place; so nobody sees half a file, and what broke off goes on where it was. Nothing is removed.
//
// Threads: the one that works on the bucket; blocking. Errors: kCorrupt, naming an object whose hash is wrong;
// kConflict (a link is in the way; another download into the directory is going on); those of the bucket.
#pragma once

#include <string>
#include <vector>

#include "storage/dataset/manifest.h"
#include "storage/dataset/work.h"
#include "storage/pattern.h"
#include "storage/storage.h"

namespace sennit::storage {

struct DownloadRequest {
  std::string dataset;
  Manifest manifest;
  std::string directory;  // exists
  Pattern pattern;        // of paths in the manifest
};

Result<Moved> download(const DatasetWork& work, const DownloadRequest& request);

struct Difference {
  enum class Kind : std::uint8_t { kMissing, kChanged } kind = Kind::kMissing;
  std::string path;
};
// The files of the manifest that the directory lacks or has with other contents, by path. Every file is read.
Result<std::vector<Difference>> compare(const DatasetWork& work, const DownloadRequest& request);

}  // namespace sennit::storage

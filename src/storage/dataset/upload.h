// Makes a version of a dataset of files of this host.
//
// Files are hashed in parallel, only contents that the bucket lacks are sent, then the manifest, and the version is
// published last. So what breaks off leaves objects that nothing refers to, and the same upload goes on where it was.
//
// Threads:   the one that works on the bucket; blocking.
// Errors:    kInvalid (a name that cannot be listed), kConflict (a file changed meanwhile), those of the bucket.
#pragma once

#include <string>
#include <vector>

#include "storage/dataset/register.h"
#include "storage/dataset/source_files.h"
#include "storage/dataset/work.h"

namespace sennit::storage {

struct UploadRequest {
  std::string dataset;
  std::vector<UploadPart> parts;
  // The version's files: those sent alone, or with those of the latest version that have other paths.
  enum class Onto : std::uint8_t { kNothing, kLatest } onto = Onto::kNothing;
  // Whether there is a new version though the latest has the same files and notes.
  enum class IfSame : std::uint8_t { kNoVersion, kVersion } if_same = IfSame::kNoVersion;
  std::string created_by;
  std::string source;
  Notes labels;
  Notes metadata;
  std::vector<std::string> tags;  // given to the version
};

struct Uploaded {
  VersionRecord version;
  bool is_new = true;            // false: the latest version is the same
  std::uint64_t sent_files = 0;  // objects that the bucket lacked
  std::uint64_t sent_bytes = 0;
  std::uint64_t kept_files = 0;  // of the version, whose contents were there
};

Result<Uploaded> upload(const DatasetWork& work, UploadRequest request);

}  // namespace sennit::storage

// What a version of a dataset consists of: its files with their sizes and the hashes of their contents
// (docs/formats/dataset.md). The hash of a manifest's text is the version's identity.
//
// Threads: pure functions. Errors: kCorrupt, naming the line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "storage/dataset/digest.h"

namespace sennit::storage {

struct ManifestFile {
  std::string path;  // below the dataset: UTF-8, no "." or "..", no empty part; may have any other character
  std::uint64_t size = 0;
  Digest digest{};
  enum class Mode : std::uint8_t { kPlain, kExecutable } mode = Mode::kPlain;
  friend bool operator==(const ManifestFile&, const ManifestFile&) = default;
};

struct Manifest {
  std::vector<ManifestFile> files;  // sorted by path, each once, none a directory of another

  std::uint64_t bytes() const;
  const ManifestFile* find(std::string_view path) const;
  friend bool operator==(const Manifest&, const Manifest&) = default;
};

std::string format_manifest(const Manifest& manifest);
// Refuses what could lead out of a directory or be two files in one place.
Result<Manifest> parse_manifest(std::string_view text);

// Why a path cannot be in a manifest; nothing if it can.
std::optional<std::string_view> unlistable(std::string_view path);

// Sorts the files. Fails with kInvalid if a path is there twice, or is both a file and a directory.
Result<Manifest> manifest_of(std::vector<ManifestFile> files);
// `base`, with the files of `added` in addition and in place of those of the same path.
Result<Manifest> merged(const Manifest& base, const Manifest& added);

struct ManifestChange {
  enum class Kind : std::uint8_t { kAdded, kRemoved, kChanged } kind = Kind::kChanged;
  std::string path;
  std::uint64_t old_size = 0;
  std::uint64_t new_size = 0;
  friend bool operator==(const ManifestChange&, const ManifestChange&) = default;
};

// By path.
std::vector<ManifestChange> changes_between(const Manifest& before, const Manifest& after);

}  // namespace sennit::storage

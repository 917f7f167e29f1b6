// The files beside a workflow file: the configs that jobs name, and what `localpath:` brings in.
//
// A seam, so that a server can answer from a submitted bundle and a test from a map.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::spec {

class FileAccess {
 public:
  virtual ~FileAccess() = default;

  // Whether there is a regular file at this absolute path.
  virtual bool exists(std::string_view path) const = 0;
  // Its bytes. kNotFound, kIo, kExhausted (bigger than `max_bytes`).
  virtual Result<std::string> read(std::string_view path, std::uint64_t max_bytes) const = 0;
};

// The file system. Blocking; any thread.
class LocalFiles final : public FileAccess {
 public:
  bool exists(std::string_view path) const override;
  Result<std::string> read(std::string_view path, std::uint64_t max_bytes) const override;
};

// Files in memory: a submitted bundle, a test.
class BundledFiles final : public FileAccess {
 public:
  using Files = std::map<std::string, std::string, std::less<>>;  // by absolute path
  explicit BundledFiles(Files files) : files_(std::move(files)) {}
  bool exists(std::string_view path) const override;
  Result<std::string> read(std::string_view path, std::uint64_t max_bytes) const override;

 private:
  Files files_;
};

}  // namespace sennit::spec

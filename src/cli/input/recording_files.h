// File access that keeps what was read: the local files that a workflow names become part of its bundle.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "spec/file_access.h"

namespace sennit::cli {

class RecordingFiles final : public spec::FileAccess {
 public:
  explicit RecordingFiles(const spec::FileAccess& files) : files_(files) {}

  bool exists(std::string_view path) const override { return files_.exists(path); }

  Result<std::string> read(std::string_view path, std::uint64_t max_bytes) const override {
    Result<std::string> bytes = files_.read(path, max_bytes);
    if (bytes) read_[std::string(path)] = *bytes;
    return bytes;
  }

  // What was read, by path.
  std::map<std::string, std::string> take() const { return std::move(read_); }

 private:
  const spec::FileAccess& files_;
  mutable std::map<std::string, std::string> read_;  // reading is const for those who read
};

}  // namespace sennit::cli

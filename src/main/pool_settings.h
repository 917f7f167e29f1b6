// What the configuration says about pools, for the engine; read again when a file has changed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/fact.h"
#include "spec/config/config.h"

namespace sennit::main {

fact::PoolsConfigured pool_settings(const spec::Config& config);

// Tells whether any of the files is another one, or has another content, than at the last look. Looks at their times
// and sizes only, so it may be asked for every submission.
class FileWatch {
 public:
  explicit FileWatch(std::vector<std::string> paths);
  bool changed();

 private:
  struct Mark {
    std::uint64_t inode = 0;  // 0: it is not there
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };
  static Mark look_at(const std::string& path);

  std::vector<std::string> paths_;
  std::vector<Mark> marks_;
};

}  // namespace sennit::main

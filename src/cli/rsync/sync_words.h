// What is synchronised, and the words that rsync is started with for it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sennit::cli {

enum class SyncWay : std::uint8_t { kUpload, kDownload };

struct SyncPaths {
  std::string from;
  std::string to;
};

// "FROM:TO"; the first colon that no backslash stands in front of is the border. Fails: kInvalid.
Result<SyncPaths> parse_sync_paths(std::string_view text);

struct SyncJob {
  SyncWay way = SyncWay::kUpload;
  std::string workflow;
  std::string task;
  SyncPaths paths;
  std::string remote_rsync = "rsync";  // in the task; may be several words
  std::uint64_t timeout = 10;          // seconds without anything moving; 0: for ever
  std::uint64_t rate_limit = 0;        // bytes a second; 0: none
  enum class Talk : std::uint8_t { kQuiet, kProgress, kVerbose } talk = Talk::kQuiet;
  std::vector<std::string> more;  // for rsync itself
};

// `program`: this one, which rsync starts as its remote shell.
std::vector<std::string> rsync_words(const SyncJob& job, std::string_view program);

}  // namespace sennit::cli

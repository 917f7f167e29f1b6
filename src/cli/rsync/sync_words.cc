#include "cli/rsync/sync_words.h"

#include <fmt/format.h>

namespace sennit::cli {
namespace {

// For rsync's --rsh, which takes quotes and knows no way to write one within.
std::string quoted(std::string_view word) { return fmt::format("'{}'", word); }

// A path of this machine; what looks like "host:path" is not to be taken for that.
std::string local_path(const std::string& path) {
  return path.starts_with('/') || path.starts_with("./") || path.starts_with("../") ? path : "./" + path;
}

}  // namespace

Result<SyncPaths> parse_sync_paths(std::string_view text) {
  SyncPaths paths;
  std::string* part = &paths.from;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == ':' || text[i + 1] == '\\')) {
      part->push_back(text[++i]);
    } else if (text[i] == ':' && part == &paths.from) {
      part = &paths.to;
    } else {
      part->push_back(text[i]);
    }
  }
  if (paths.from.empty() || paths.to.empty()) {
    return Error(ErrorCode::kInvalid, fmt::format("'{}' is not FROM:TO; a colon within a path is written \\:", text));
  }
  return paths;
}

std::vector<std::string> rsync_words(const SyncJob& job, std::string_view program) {
  std::vector<std::string> words = {"rsync",      "--archive",      "--no-owner",
                                    "--no-group", "--protect-args", "--partial-dir=.sennit-partial"};
  words.push_back(fmt::format("--timeout={}", job.timeout));
  words.push_back(
      fmt::format("--rsh={} rsync-shell {} {} --", quoted(program), quoted(job.workflow), quoted(job.task)));
  if (job.remote_rsync != "rsync") words.push_back("--rsync-path=" + job.remote_rsync);
  if (job.rate_limit > 0) words.push_back(fmt::format("--bwlimit={}", (job.rate_limit + 1023) / 1024));
  if (job.talk == SyncJob::Talk::kProgress) words.emplace_back("--info=progress2");
  if (job.talk == SyncJob::Talk::kVerbose) words.emplace_back("--verbose");
  words.insert(words.end(), job.more.begin(), job.more.end());
  words.emplace_back("--");
  const bool upload = job.way == SyncWay::kUpload;
  words.push_back(upload ? local_path(job.paths.from) : "task:" + job.paths.from);
  words.push_back(upload ? "task:" + job.paths.to : local_path(job.paths.to));
  return words;
}

}  // namespace sennit::cli

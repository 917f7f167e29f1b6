// The background synchronisations of this user, as files in <state>/rsync: for each a record of what it does, a log,
// and a lock that it holds as long as it lives.
//
// Threads: any. Errors: kIo.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "cli/rsync/sync_words.h"
#include "proc/file_lock.h"

namespace sennit::cli {

struct SyncRecord {
  std::string workflow;
  std::string task;
  SyncPaths paths;
  pid_t pid = 0;
  std::string status;  // "syncing", "watching", "retrying: ...", "ended: ..."
  Instant last_synced;
  std::string log;
  bool is_alive = false;  // not stored: the lock tells
};

// What its files are named by: the workflow, the task and the paths.
std::string sync_name(const SyncJob& job);

class SyncDaemons {
 public:
  explicit SyncDaemons(const std::string& state_dir) : directory_(state_dir + "/rsync") {}

  // Of those that live, and of those that ended without being asked, until they are stopped.
  std::vector<SyncRecord> all() const;

  // For the daemon itself. Fails: kConflict (one for the same paths lives).
  Result<proc::FileLock> take_place(const std::string& name) const;
  Result<void> write(const std::string& name, const SyncRecord& record) const;
  std::string log_path(const std::string& name) const { return directory_ + "/" + name + ".log"; }

  // Ends it if it lives, waits for that, and forgets it.
  void stop(const SyncRecord& record) const;

 private:
  std::string directory_;
};

std::string sync_list_json(const std::vector<SyncRecord>& records);

}  // namespace sennit::cli

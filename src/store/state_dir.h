// A state directory that exists, belongs to us alone, and knows its instance.
//
// Threads: any; blocking file operations. Ownership: locks are values; a lock is held until it is destroyed, its
// process ends, and every child that inherited its descriptor has ended.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/ids.h"
#include "store/state_layout.h"

namespace sennit::store {

// flock(2) on a file that also names its holder: the lock counts, the text is for people.
class StateLock {
 public:
  // Takes the lock without waiting and writes our pid into the file. kConflict: somebody holds it; the message names
  // `what` ("server"), the holder's pid and the directory.
  static Result<StateLock> take(const std::string& path, const std::string& what);

 private:
  explicit StateLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

class StateDir {
 public:
  // Makes what is missing: the directory itself (0700, and its parents as the umask says), runs/, spool/, the sockets'
  // directory, the instance file. Idempotent. kInvalid: it is not a directory, belongs to another user, or other users
  // may write to it; nothing was changed then. kExhausted: the disk is full. kCorrupt: the instance file is damaged.
  static Result<StateDir> open(const std::string& state_dir);

  const StateLayout& layout() const { return layout_; }
  // Drawn when the directory was made; tells this directory's attempts from those of every other.
  InstanceId instance() const { return instance_; }

  // At most one server for a directory. kConflict as StateLock::take.
  Result<StateLock> lock_server() const { return StateLock::take(layout_.server_lock, "server"); }

 private:
  StateDir(StateLayout layout, InstanceId instance) : layout_(std::move(layout)), instance_(instance) {}

  StateLayout layout_;
  InstanceId instance_;
};

}  // namespace sennit::store

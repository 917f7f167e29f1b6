// Keeps two Sennit servers on one host from sharing a GPU unknowingly: each leased device is a locked file.
//
// The files lie in /run/lock, else in the runtime directory, else in /tmp; they are never removed. Everybody may lock
// them: they hold nothing. Tasks of one server may share a device (it knows how much of it each has), so they share
// the lock.
//
// Threads: any, one at a time. Pretended devices have no locks: each server pretends its own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/resources.h"

namespace sennit::agent {

// The devices that are locked. Shared by the attempts that have a device: it is unlocked with the last of them.
using GpuLease = std::vector<std::shared_ptr<const UniqueFd>>;

class GpuLocks {
 public:
  explicit GpuLocks(std::string directory) : directory_(std::move(directory)) {}

  // All of them or none, without waiting. Fails: kUnavailable (another server has one of them; the message names it),
  // kIo.
  Result<GpuLease> lease(GpuSet gpus);

 private:
  Result<std::shared_ptr<const UniqueFd>> lock(unsigned device);

  std::string directory_;
  std::map<unsigned, std::weak_ptr<const UniqueFd>> ours_;
};

// Where the locks of this host are.
std::string gpu_lock_directory();

}  // namespace sennit::agent

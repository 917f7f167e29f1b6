#include "agent/gpu_locks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace sennit::agent {
namespace {

// Opened without O_CREAT first: in a sticky directory the kernel refuses that for another user's file.
UniqueFd open_lock(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd || errno != ENOENT) return fd;
  fd.reset(::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0666));
  if (fd) static_cast<void>(::fchmod(fd.get(), 0666));  // whatever the umask says: other users must get at it
  return fd;
}

}  // namespace

std::string gpu_lock_directory() {
  if (::access("/run/lock", W_OK | X_OK) == 0) return "/run/lock";
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  return runtime != nullptr && *runtime != '\0' ? runtime : "/tmp";
}

Result<GpuLease> GpuLocks::lease(GpuSet gpus) {
  GpuLease lease;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!gpus.contains(device)) continue;
    SENNIT_ASSIGN(std::shared_ptr<const UniqueFd> held, lock(device));
    lease.push_back(std::move(held));
  }
  return lease;
}

Result<std::shared_ptr<const UniqueFd>> GpuLocks::lock(unsigned device) {
  if (std::shared_ptr<const UniqueFd> held = ours_[device].lock()) return held;
  const std::string name = "GPU " + std::to_string(device);
  UniqueFd fd = open_lock(directory_ + "/sennit-gpu-" + std::to_string(device) + ".lock");
  if (!fd) return Error::from_errno("lock " + name, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      return Error(ErrorCode::kUnavailable, name + " is in use by another Sennit server of this host");
    return Error::from_errno("lock " + name, errno);
  }
  auto held = std::make_shared<const UniqueFd>(std::move(fd));
  ours_[device] = held;
  return std::shared_ptr<const UniqueFd>(held);
}

}  // namespace sennit::agent

#include "agent/gpu_locks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

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

Result<GpuLease> lease_gpus(GpuSet gpus, const std::string& directory) {
  GpuLease lease;
  for (unsigned device = 0; device < GpuSet::kMaxDevices; ++device) {
    if (!gpus.contains(device)) continue;
    const std::string name = "GPU " + std::to_string(device);
    UniqueFd fd = open_lock(directory + "/sennit-gpu-" + std::to_string(device) + ".lock");
    if (!fd) return Error::from_errno("lock " + name, errno);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK)
        return Error(ErrorCode::kUnavailable, name + " is in use by another Sennit server of this host");
      return Error::from_errno("lock " + name, errno);
    }
    lease.push_back(std::move(fd));
  }
  return lease;
}

}  // namespace sennit::agent

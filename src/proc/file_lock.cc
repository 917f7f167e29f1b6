#include "proc/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace sennit::proc {

Result<FileLock> FileLock::take(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return Error::from_errno("open lock " + path, errno);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return FileLock(std::move(fd));
  if (errno == EWOULDBLOCK) return Error(ErrorCode::kConflict, "lock " + path + ": another process holds it");
  return Error::from_errno("lock " + path, errno);
}

Result<FileLock::State> FileLock::probe(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return State::kFree;
  if (!fd) return Error::from_errno("open lock " + path, errno);
  // A shared lock: two that probe at the same time do not see each other as holders.
  if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0) return State::kFree;
  if (errno == EWOULDBLOCK) return State::kHeld;
  return Error::from_errno("lock " + path, errno);
}

}  // namespace sennit::proc

#include "logs/log_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace sennit::logs {

Result<std::size_t> read_at(int fd, std::uint64_t offset, char* out, std::size_t limit) {
  std::size_t done = 0;
  while (done < limit) {
    const ssize_t n = ::pread(fd, out + done, limit - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Error::from_errno("read log", errno);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

Result<std::uint64_t> size_of(int fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return Error::from_errno("stat log", errno);
  return static_cast<std::uint64_t>(info.st_size);
}

}  // namespace sennit::logs

#include "agent/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/unique_fd.h"
#include "base/write_all.h"

namespace sennit::agent {

Result<std::string> read_whole(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return Error::from_errno("open " + path, errno);
  std::string bytes;
  char piece[16 * 1024];
  ssize_t count = 0;
  while ((count = ::read(file.get(), piece, sizeof piece)) != 0) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error::from_errno("read " + path, errno);
    bytes.append(piece, static_cast<std::size_t>(count));
  }
  return bytes;
}

Result<void> replace_file(const std::string& path, std::string_view bytes) {
  const std::string fresh = path + ".new";
  const UniqueFd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return Error::from_errno("make " + fresh, errno);
  SENNIT_TRY(write_all(file.get(), bytes, "write " + fresh));
  if (::rename(fresh.c_str(), path.c_str()) != 0) return Error::from_errno("put " + path + " in its place", errno);
  return {};
}

}  // namespace sennit::agent

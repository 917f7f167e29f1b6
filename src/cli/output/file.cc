#include "cli/output/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/unique_fd.h"
#include "base/write_all.h"

namespace sennit::cli {
namespace {

constexpr mode_t kMode = 0666;  // as the umask allows

Result<UniqueFd> open_file(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, kMode));
  if (fd) return fd;
  if (errno == EEXIST) return Error(ErrorCode::kConflict, fmt::format("'{}' exists already", path));
  return Error::from_errno(fmt::format("write '{}'", path), errno);
}

// Whether there is something at the path that is no plain file: /dev/stdout, a link.
bool is_special(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

Result<void> write_to(const std::string& path, std::string_view text, int flags) {
  SENNIT_ASSIGN(const UniqueFd fd, open_file(path, flags));
  const Result<void> written = write_all(fd.get(), text, fmt::format("write '{}'", path));
  if (!written && (flags & O_EXCL) != 0) ::unlink(path.c_str());
  return written;
}

}  // namespace

Result<void> write_file(const std::string& path, std::string_view text, IfExists if_exists) {
  if (if_exists == IfExists::kRefuse) return write_to(path, text, O_EXCL);
  if (is_special(path)) return write_to(path, text, O_TRUNC);
  const std::string beside = fmt::format("{}.{}.new", path, ::getpid());
  SENNIT_TRY(write_to(beside, text, O_EXCL));
  if (::rename(beside.c_str(), path.c_str()) == 0) return {};
  const int failed = errno;
  ::unlink(beside.c_str());
  return Error::from_errno(fmt::format("write '{}'", path), failed);
}

}  // namespace sennit::cli

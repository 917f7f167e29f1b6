#include "spec/file_access.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/unique_fd.h"

namespace sennit::spec {
namespace {

Error too_large(std::string_view path, std::uint64_t max_bytes) {
  return {ErrorCode::kExhausted, fmt::format("'{}' is larger than {} bytes", path, max_bytes)};
}

}  // namespace

bool LocalFiles::exists(std::string_view path) const {
  struct stat status {};
  return ::stat(std::string(path).c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

Result<std::string> LocalFiles::read(std::string_view path, std::uint64_t max_bytes) const {
  // Non-blocking: a FIFO in the place of the file must not hold us up.
  const UniqueFd fd(::open(std::string(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return Error::from_errno(fmt::format("open '{}'", path), errno);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return Error::from_errno(fmt::format("stat '{}'", path), errno);
  if (S_ISDIR(status.st_mode)) return Error(ErrorCode::kInvalid, fmt::format("'{}' is a directory, not a file", path));
  if (!S_ISREG(status.st_mode)) return Error(ErrorCode::kInvalid, fmt::format("'{}' is not a regular file", path));
  std::string text;
  char buffer[64 << 10];
  while (true) {
    const ssize_t count = ::read(fd.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error::from_errno(fmt::format("read '{}'", path), errno);
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > max_bytes) return too_large(path, max_bytes);
  }
}

bool BundledFiles::exists(std::string_view path) const { return files_.find(path) != files_.end(); }

Result<std::string> BundledFiles::read(std::string_view path, std::uint64_t max_bytes) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return Error(ErrorCode::kNotFound, fmt::format("there is no file '{}'", path));
  if (found->second.size() > max_bytes) return too_large(path, max_bytes);
  return found->second;
}

}  // namespace sennit::spec

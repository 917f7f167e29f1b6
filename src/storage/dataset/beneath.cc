#include "storage/dataset/beneath.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/printable.h"

namespace sennit::storage {
namespace {

constexpr mode_t kDirectoryMode = 0777;

Error failed_to(std::string_view what, const std::string& path, int number) {
  if (number == ELOOP || number == EXDEV) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} {}: a symbolic link is in the way, and none is followed", what, printable(path)));
  }
  return Error::from_errno(fmt::format("{} {}", what, printable(path)), number);
}

}  // namespace

Result<UniqueFd> open_beneath(int directory, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  UniqueFd fd(static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how)));
  if (!fd) return failed_to("open", path, errno);
  return fd;
}

Result<UniqueFd> make_parent_beneath(int directory, const std::string& path) {
  UniqueFd at(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!at) return failed_to("open the directory of", path, errno);
  std::size_t begin = 0;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', begin)) {
    const std::string part = path.substr(begin, slash - begin);
    begin = slash + 1;
    if (::mkdirat(at.get(), part.c_str(), kDirectoryMode) != 0 && errno != EEXIST) {
      return failed_to("make the directory of", path, errno);
    }
    UniqueFd next(::openat(at.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return failed_to("open the directory of", path, errno == ENOTDIR ? ELOOP : errno);
    at = std::move(next);
  }
  return at;
}

std::string last_part_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace sennit::storage

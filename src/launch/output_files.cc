#include "launch/output_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/unique_fd.h"
#include "base/write_all.h"
#include "launch/attempt_tokens.h"

namespace sennit::launch {
namespace {

Error in_the_way(const std::string& what, int error) {
  if (error == ELOOP || error == ENOTDIR || error == EISDIR || error == ENXIO) {
    return {ErrorCode::kConflict, "write the file " + what + ": a link or another thing than a file is in its place"};
  }
  return Error::from_errno("write the file " + what, error);
}

Result<UniqueFd> enter(const UniqueFd& above, const std::string& name, const std::string& what) {
  if (::mkdirat(above.get(), name.c_str(), 0777) != 0 && errno != EEXIST) return in_the_way(what, errno);
  UniqueFd directory(::openat(above.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!directory) return in_the_way(what, errno);
  return directory;
}

}  // namespace

Result<void> make_own_directory(const std::string& path) {
  SENNIT_TRY(make_directories(path.substr(0, path.rfind('/')), 0700));
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno != EEXIST) return Error::from_errno("make directory " + path, errno);
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
  return Error(ErrorCode::kConflict, path + " has been replaced: it is no directory");
}

Result<void> write_below(const std::string& directory, const std::string& relative, std::string_view bytes,
                         unsigned mode) {
  const std::string what = directory + "/" + relative;
  UniqueFd at(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!at) return in_the_way(what, errno);
  std::size_t begin = 0;
  for (std::size_t slash = relative.find('/'); slash != std::string::npos; slash = relative.find('/', begin)) {
    SENNIT_ASSIGN(at, enter(at, relative.substr(begin, slash - begin), what));
    begin = slash + 1;
  }
  const std::string name = relative.substr(begin);
  const UniqueFd file(
      ::openat(at.get(), name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode));
  if (!file) return in_the_way(what, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return in_the_way(what, ENXIO);
  return write_all(file.get(), bytes, "write the file " + what);
}

}  // namespace sennit::launch

#include "user/own.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "base/unique_fd.h"

namespace sennit::user {
namespace {

// Each level has a descriptor open.
constexpr int kDeepest = 400;

class Giving {
 public:
  Giving(uid_t user, gid_t group) : user_(user), group_(group) {}

  void give(UniqueFd directory, int depth) {
    struct stat info {};
    if (::fchown(directory.get(), user_, group_) != 0) note("give away a directory");
    if (::fstat(directory.get(), &info) == 0) ::fchmod(directory.get(), (info.st_mode & 07777) | 0700);
    DIR* entries = ::fdopendir(directory.get());
    if (entries == nullptr) return note("read a directory");
    const int fd = directory.release();
    while (const dirent* entry = ::readdir(entries)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") give_entry(fd, entry->d_name, depth);
    }
    ::closedir(entries);
  }

  Result<void> result() && { return std::move(result_); }

 private:
  void give_entry(int directory, const char* name, int depth) {
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd below(::openat(directory, name, kFlags));
    if (below && depth < kDeepest) return give(std::move(below), depth + 1);
    if (below) {
      result_ = Error(ErrorCode::kExhausted, "give away what a task wrote: directories are too deep");
    }
    if (::fchownat(directory, name, user_, group_, AT_SYMLINK_NOFOLLOW) != 0) note("give away a file");
  }

  void note(const char* what) {
    if (result_) result_ = Error::from_errno(what, errno);
  }

  uid_t user_;
  gid_t group_;
  Result<void> result_;
};

}  // namespace

Result<void> give_to(uid_t user, gid_t group, const std::string& directory) {
  UniqueFd top(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!top) return Error::from_errno("open " + directory, errno);
  Giving giving(user, group);
  giving.give(std::move(top), 0);
  return std::move(giving).result();
}

}  // namespace sennit::user

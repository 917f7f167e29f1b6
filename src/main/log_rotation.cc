#include "main/log_rotation.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "base/unique_fd.h"

namespace sennit::main {
namespace {

bool is_open_as(int fd, const struct stat& file) {
  struct stat own {};
  return ::fstat(fd, &own) == 0 && own.st_dev == file.st_dev && own.st_ino == file.st_ino;
}

}  // namespace

void rotate_log(const std::string& path, Bytes limit) {
  struct stat file {};
  if (::lstat(path.c_str(), &file) != 0 || !S_ISREG(file.st_mode)) return;
  if (static_cast<std::uint64_t>(file.st_size) <= limit.count()) return;
  if (::rename(path.c_str(), (path + ".1").c_str()) != 0) return;
  UniqueFd fresh;
  for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
    if (!is_open_as(fd, file)) continue;
    if (!fresh) fresh = UniqueFd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    if (fresh) ::dup2(fresh.get(), fd);
  }
}

}  // namespace sennit::main

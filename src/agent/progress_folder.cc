#include "agent/progress_folder.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace sennit::agent {
namespace {

Result<UniqueFd> watch(const std::string& path, std::uint32_t mask) {
  UniqueFd notices(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!notices || ::inotify_add_watch(notices.get(), path.c_str(), mask) < 0) {
    return Error::from_errno("watch " + path, errno);
  }
  return notices;
}

}  // namespace

Result<ProgressFolder> ProgressFolder::open(const std::string& directory) {
  std::error_code failed;
  std::filesystem::remove_all(directory, failed);
  if (!std::filesystem::create_directories(directory, failed) && failed) {
    return Error::from_errno("make " + directory, failed.value());
  }
  ::chmod(directory.c_str(), 0700);
  SENNIT_ASSIGN(UniqueFd notices, watch(directory, IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_ONLYDIR));
  return ProgressFolder(directory, std::move(notices));
}

Result<ProgressFolder> ProgressFolder::open_file(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
  if (!file || ::fchmod(file.get(), 0666) != 0) return Error::from_errno("make " + path, errno);
  SENNIT_ASSIGN(UniqueFd notices, watch(path, IN_MODIFY));
  return ProgressFolder(path, std::move(notices));
}

bool ProgressFolder::is_pending() const {
  int bytes = 0;
  return ::ioctl(notices_.get(), FIONREAD, &bytes) == 0 && bytes > 0;
}

void ProgressFolder::take(const std::function<void(std::string_view)>& written) const {
  alignas(inotify_event) char buffer[16 * 1024];
  for (;;) {
    const ssize_t count = ::read(notices_.get(), buffer, sizeof buffer);
    if (count <= 0) return;
    for (const char* at = buffer; at < buffer + count;) {
      const auto* event = reinterpret_cast<const inotify_event*>(at);
      at += sizeof(inotify_event) + event->len;
      written(event->len > 0 ? std::string_view(event->name) : std::string_view());
    }
  }
}

}  // namespace sennit::agent

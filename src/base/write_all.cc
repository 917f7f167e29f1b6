#include "base/write_all.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace sennit {

Result<void> write_all(int fd, std::string_view bytes, std::string_view what) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      // Somebody who shares it has told it not to block.
      pollfd state{.fd = fd, .events = POLLOUT, .revents = 0};
      ::poll(&state, 1, -1);
      continue;
    }
    if (written < 0) return Error::from_errno(what, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace sennit

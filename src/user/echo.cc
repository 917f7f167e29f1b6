#include "user/echo.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace sennit::user {

void echo_to(int fd, std::string_view bytes) {
  constexpr std::size_t kSure = 4096;  // PIPE_BUF: a pipe that poll calls writable takes so much without waiting
  while (!bytes.empty()) {
    pollfd target{.fd = fd, .events = POLLOUT, .revents = 0};
    if (::poll(&target, 1, 0) != 1 || (target.revents & POLLOUT) == 0) return;
    const ssize_t count = ::write(fd, bytes.data(), std::min(bytes.size(), kSure));
    if (count <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace sennit::user

#include "base/unique_fd.h"

#include <unistd.h>

namespace sennit {

void UniqueFd::reset(int fd) {
  // close() releases the descriptor even when it reports EINTR (Linux), so its result is of no use here.
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

}  // namespace sennit

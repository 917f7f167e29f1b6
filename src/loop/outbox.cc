#include "loop/outbox.h"

#include <sys/socket.h>

#include <cerrno>

namespace sennit::loop {
namespace {

constexpr std::size_t kKeptCapacity = 1024 * 1024;  // after a burst the memory is given back

}  // namespace

void Outbox::clear() {
  sent_ = 0;
  bytes_.clear();
  if (bytes_.capacity() > kKeptCapacity) bytes_.shrink_to_fit();
}

std::string Outbox::take() {
  std::string left = bytes_.substr(sent_);
  clear();
  return left;
}

Result<Outbox::Written> Outbox::write_to(const UniqueFd& socket) {
  while (size() > 0) {
    const ssize_t count = ::send(socket.get(), bytes_.data() + sent_, size(), MSG_NOSIGNAL);
    if (count >= 0) {
      sent_ += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      // Moving the rest to the front only when it is the smaller half keeps the copying proportional to what is sent.
      if (sent_ > size()) {
        bytes_.erase(0, sent_);
        sent_ = 0;
      }
      return Written::kSocketFull;
    } else if (errno != EINTR) {
      return Error::from_errno("write to peer", errno);
    }
  }
  clear();
  return Written::kAll;
}

}  // namespace sennit::loop

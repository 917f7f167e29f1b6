#include "cli/output/stream.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace sennit::cli {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

}  // namespace

OutputStream::~OutputStream() { ignore(flush(), "whoever cares about the error has flushed before"); }

void OutputStream::write(std::string_view text) {
  if (state_ != State::kOpen) return;
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) ignore(flush(), "kept for the next flush");
}

Result<void> OutputStream::flush() {
  std::string_view rest = buffer_;
  while (state_ == State::kOpen && !rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // somebody has made the shared terminal or pipe non-blocking
      pollfd ready{.fd = fd_, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
      state_ = errno == EPIPE ? State::kNoReader : State::kBroken;
    }
  }
  buffer_.clear();
  if (state_ == State::kBroken) return Error::from_errno("write the output", error_);
  return {};
}

bool OutputStream::is_terminal() const { return ::isatty(fd_) == 1; }

std::size_t OutputStream::columns() const {
  winsize size{};
  if (::ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::size_t OutputStream::rows() const {
  winsize size{};
  if (::ioctl(fd_, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) return 24;
  return size.ws_row;
}

}  // namespace sennit::cli

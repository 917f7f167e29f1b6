#include "user/frame_socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "wire/hello.h"

namespace sennit::user {
namespace {

Result<sockaddr_un> address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Error(ErrorCode::kInvalid, "socket path '" + path + "' is empty or longer than " +
                                          std::to_string(sizeof address.sun_path - 1) + " bytes");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

}  // namespace

Result<void> FrameSocket::connect(const std::string& path) {
  close();
  SENNIT_ASSIGN(const sockaddr_un address, address_of(path));
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return Error::from_errno("make a socket", errno);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int number = errno;
    Error error = Error::from_errno("connect to " + path, number);
    const bool absent = number == ENOENT || number == ENOTDIR || number == ECONNREFUSED || number == EAGAIN;
    return absent ? Error(ErrorCode::kUnavailable, error.message()) : error;
  }
  socket_ = std::move(fd);
  decoder_.emplace();
  wire::append_frame(out_, wire::kHelloFrame, wire::format_hello({}));
  return {};
}

void FrameSocket::adopt(UniqueFd socket) {
  close();
  socket_ = std::move(socket);
  ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);
  decoder_.emplace();
  greeted_ = true;
}

void FrameSocket::close() {
  socket_.reset();
  decoder_.reset();
  greeted_ = false;
  out_.clear();
  sent_ = 0;
}

void FrameSocket::queue_frame(wire::FrameType type, std::string_view payload) {
  if (is_open()) wire::append_frame(out_, type, payload);
}

void FrameSocket::queue(const wire::UserMessage& message) {
  std::string payload;
  const wire::FrameType type = wire::encode(message, payload);
  queue_frame(type, payload);
}

void FrameSocket::queue(const wire::ChannelMessage& message) {
  std::string payload;
  const wire::FrameType type = wire::encode(message, payload);
  queue_frame(type, payload);
}

Result<void> FrameSocket::send_queued() {
  while (queued() > 0) {
    const ssize_t count = ::send(socket_.get(), out_.data() + sent_, queued(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) {
      out_.erase(0, std::exchange(sent_, 0));
      return {};
    }
    if (count < 0) {
      const Error error = Error::from_errno("write to the socket", errno);
      // What the other end said before it went is still to be read, and its end is found there.
      if (error.code() == ErrorCode::kUnavailable) {
        out_.clear();
        sent_ = 0;
        return {};
      }
      close();
      return error;
    }
    sent_ += static_cast<std::size_t>(count);
  }
  out_.clear();
  sent_ = 0;
  return {};
}

Result<void> FrameSocket::greet(const wire::Frame& frame) {
  if (frame.type != wire::kHelloFrame) return Error(ErrorCode::kCorrupt, "the other end did not say hello");
  SENNIT_ASSIGN(const wire::ProtocolRange theirs, wire::parse_hello(frame.payload));
  if (const auto version = wire::common_version({}, theirs); !version) return version.error();
  greeted_ = true;
  return {};
}

// False when `take` wants no more.
Result<bool> FrameSocket::hand_out(const Take& take) {
  wire::Frame frame;
  while (is_open()) {
    SENNIT_ASSIGN(const bool found, decoder_->next(frame));
    if (!found) return true;
    if (!greeted_) {
      SENNIT_TRY(greet(frame));
      continue;
    }
    if (frame.type == wire::kHelloFrame) return Error(ErrorCode::kCorrupt, "the other end said hello twice");
    SENNIT_ASSIGN(const bool more, take(frame));
    if (!more) return false;
  }
  return false;
}

Result<void> FrameSocket::receive(const Take& take) {
  while (is_open()) {
    // First what an earlier call has left: `take` had enough.
    const Result<bool> more = hand_out(take);
    if (!more) {
      close();
      return more.error();
    }
    if (!*more) return {};
    const std::span<char> space = decoder_->space();
    const ssize_t count = ::recv(socket_.get(), space.data(), space.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return {};
    if (count <= 0) {
      Error error = count == 0 ? Error(ErrorCode::kUnavailable, "ctrl closed the connection")
                               : Error::from_errno("read from the socket", errno);
      close();
      return error;
    }
    decoder_->commit(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace sennit::user

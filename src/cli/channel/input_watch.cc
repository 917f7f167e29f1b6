#include "cli/channel/input_watch.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace sennit::cli {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

}  // namespace

InputWatch::InputWatch(loop::Loop& loop, std::function<void(std::string_view)> on_bytes, std::function<void()> on_end)
    : loop_(loop),
      on_bytes_(std::move(on_bytes)),
      on_end_(std::move(on_end)),
      again_(loop,
             [this] {
               if (state_ == State::kReading) read();
             }),
      buffer_(kReadBytes, '\0') {}

void InputWatch::start() {
  if (state_ != State::kIdle) return;
  state_ = State::kReading;
  Result<loop::Watch> watch =
      loop::Watch::add(loop_, STDIN_FILENO, loop::Interest::kRead, [this](loop::Ready /*readable*/) { read(); });
  if (watch) {
    watch_ = std::move(*watch);
  } else {
    again_.request();
  }
}

void InputWatch::pause() {
  if (state_ != State::kReading) return;
  state_ = State::kPaused;
  if (watch_) watch_.set(loop::Interest::kNone);
}

void InputWatch::resume() {
  if (state_ != State::kPaused) return;
  state_ = State::kReading;
  if (watch_) {
    watch_.set(loop::Interest::kRead);
  } else {
    again_.request();
  }
}

void InputWatch::read() {
  const ssize_t count = ::read(STDIN_FILENO, buffer_.data(), buffer_.size());
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (count <= 0) {
    state_ = State::kEnded;
    watch_.remove();
    return on_end_();
  }
  if (!watch_) again_.request();
  on_bytes_({buffer_.data(), static_cast<std::size_t>(count)});
}

}  // namespace sennit::cli

// One of the two standard streams, buffered, with what is known of the terminal behind it.
//
// Threads: one. Ownership: the descriptor stays open. Errors: kept until flush() is asked; a reader that went away
// (`| head`) is told apart, because nobody minds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sennit::cli {

class OutputStream {
 public:
  explicit OutputStream(int fd) : fd_(fd) {}
  ~OutputStream();
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  void write(std::string_view text);
  // Writes what is buffered. Fails with the first error there was, once and for all: kIo, kExhausted (disk full).
  Result<void> flush();
  // Nobody reads any more: what is written from now on is dropped.
  bool reader_is_gone() const { return state_ == State::kNoReader; }

  bool is_terminal() const;
  // Of the terminal; 80 and 24 if there is none.
  std::size_t columns() const;
  std::size_t rows() const;

 private:
  enum class State : std::uint8_t { kOpen, kNoReader, kBroken };

  int fd_;
  State state_ = State::kOpen;
  int error_ = 0;
  std::string buffer_;
};

}  // namespace sennit::cli

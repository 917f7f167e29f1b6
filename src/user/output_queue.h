// What the command has written and ctrl has not stored yet: bounded, and numbered so that nothing is lost or doubled
// when the connection or ctrl itself is replaced.
//
// Both streams are counted together, in the order of reading. Of the whole output, what is stored lies before the
// queue, then comes what was sent and waits to be stored, then what was not sent yet.
//
// Threads: one. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "wire/user_messages.h"

namespace sennit::user {

class OutputQueue {
 public:
  // Memory that waiting output may take. What does not fit stays in the command's pipe, and the command waits.
  static constexpr std::size_t kLimit = 4 * 1024 * 1024;

  // Whether another wire::kOutputBytes may be added.
  bool has_room() const { return cost_ + kChunkCost + wire::kOutputBytes <= kLimit; }
  void add(wire::Output::Stream stream, Instant at, std::string_view bytes);

  // Takes the next part that was not sent; nothing if there is none. Valid until the queue is changed.
  std::optional<wire::Output> take_unsent();

  // Everything before `position` is stored. More than there is counts as all of it.
  void stored(std::uint64_t position);
  // A new connection: what was sent and is not stored was perhaps lost on the way and is unsent again.
  void rewind() { sent_ = 0; }

  std::uint64_t produced() const { return produced_; }
  bool is_all_sent() const { return sent_ == chunks_.size(); }
  std::uint64_t unstored() const { return chunks_.empty() ? 0 : produced_ - chunks_.front().position; }

 private:
  struct Chunk {
    std::uint64_t position = 0;
    wire::Output::Stream stream = wire::Output::Stream::kStdout;
    Instant at;
    std::string bytes;
  };
  // Beside its bytes: a command that writes single letters is bounded as well.
  static constexpr std::size_t kChunkCost = 128;
  // What is written within this time travels together.
  static constexpr Micros kSameMoment{1'000};

  std::deque<Chunk> chunks_;
  std::size_t sent_ = 0;  // of the chunks
  std::size_t cost_ = 0;
  std::uint64_t produced_ = 0;
};

}  // namespace sennit::user

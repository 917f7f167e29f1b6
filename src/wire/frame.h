// Frames: how messages are told apart on a byte stream. docs/formats/wire.md shows the bytes.
//
// Pure: no descriptors, no loop; the decoder is fed and asked. It is what the fuzzer feeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace sennit::wire {

// What a frame holds; the numbers are given out in wire/messages. 0 is the transport's own hello.
using FrameType = std::uint16_t;
constexpr FrameType kHelloFrame = 0;

constexpr std::size_t kFrameHeaderBytes = 8;
constexpr Bytes kMaxFrameBytes = mebibytes(64);  // of the payload

struct Frame {
  FrameType type = 0;
  std::string_view payload;  // into the decoder's buffer: valid until the decoder is called again
};

// Appends one frame to `out`. The payload must not exceed kMaxFrameBytes.
void append_frame(std::string& out, FrameType type, std::string_view payload);

// Takes a byte stream in pieces of any size and gives out whole frames.
class FrameDecoder {
 public:
  explicit FrameDecoder(Bytes limit = kMaxFrameBytes);

  // Room to read into, at least one byte, usually kReadBytes. To be called after next() has said false. Invalidates
  // views of earlier frames.
  std::span<char> space();
  // Says that `count` bytes were written to the front of space().
  void commit(std::size_t count);

  // The next whole frame: true and `frame` is set; false if more bytes are needed.
  // Fails: kCorrupt (a payload over the limit, reserved bits set); the stream is of no use afterwards.
  Result<bool> next(Frame& frame);

  // Whether the stream may end here: no frame has begun.
  bool at_boundary() const { return begin_ == end_; }

  static constexpr std::size_t kReadBytes = 128 * 1024;

 private:
  void resize_to(std::size_t capacity);
  std::size_t current_frame_bytes() const;  // with its header; the least that it can be

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t limit_;
};

}  // namespace sennit::wire

#include "wire/frame.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace sennit::wire {
namespace {

std::uint32_t load_le(const char* bytes, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return value;
}

void append_le(std::string& out, std::uint32_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

}  // namespace

void append_frame(std::string& out, FrameType type, std::string_view payload) {
  SENNIT_CHECK(payload.size() <= kMaxFrameBytes.count());
  append_le(out, static_cast<std::uint32_t>(payload.size()), 4);
  append_le(out, type, 2);
  append_le(out, 0, 2);
  out.append(payload);
}

FrameDecoder::FrameDecoder(Bytes limit) : limit_(limit.count()) {}

void FrameDecoder::resize_to(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (end_ > begin_) std::memcpy(larger.get(), buffer_.get() + begin_, end_ - begin_);
  buffer_ = std::move(larger);
  capacity_ = capacity;
  end_ -= begin_;
  begin_ = 0;
}

std::size_t FrameDecoder::current_frame_bytes() const {
  if (end_ - begin_ < kFrameHeaderBytes) return kFrameHeaderBytes;
  return kFrameHeaderBytes + load_le(buffer_.get() + begin_, 4);
}

std::span<char> FrameDecoder::space() {
  const std::size_t held = end_ - begin_;
  const std::size_t whole = current_frame_bytes();
  if (capacity_ != kReadBytes && held <= kReadBytes / 2 && whole <= kReadBytes) {
    resize_to(kReadBytes);  // the first time, and after a large frame
  } else if (begin_ > 0 && (held == 0 || capacity_ - end_ < kReadBytes / 2)) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held);
    begin_ = 0;
    end_ = held;
  }
  // Grown by doubling as bytes come, not by what was announced: a length alone costs its sender nothing.
  if (end_ == capacity_) resize_to(std::min(whole, 2 * capacity_));
  SENNIT_CHECK(end_ < capacity_);  // or next() was not called until it said false
  return {buffer_.get() + end_, capacity_ - end_};
}

void FrameDecoder::commit(std::size_t count) {
  SENNIT_CHECK(count <= capacity_ - end_);
  end_ += count;
}

Result<bool> FrameDecoder::next(Frame& frame) {
  const std::size_t held = end_ - begin_;
  if (held < kFrameHeaderBytes) return false;
  const char* header = buffer_.get() + begin_;
  const std::size_t length = load_le(header, 4);
  if (length > limit_) {
    return Error(ErrorCode::kCorrupt,
                 "frame of " + std::to_string(length) + " bytes is over the limit of " + std::to_string(limit_));
  }
  if (load_le(header + 6, 2) != 0) return Error(ErrorCode::kCorrupt, "frame header has reserved bits set");
  if (held - kFrameHeaderBytes < length) return false;
  frame.type = static_cast<FrameType>(load_le(header + 4, 2));
  frame.payload = std::string_view(header + kFrameHeaderBytes, length);
  begin_ += kFrameHeaderBytes + length;
  return true;
}

}  // namespace sennit::wire

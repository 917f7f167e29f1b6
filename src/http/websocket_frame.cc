#include "http/websocket_frame.h"

#include <cstring>

namespace sennit::http {
namespace {

constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMasked = 0x80;
constexpr std::uint8_t kTwoByteLength = 126;
constexpr std::uint8_t kEightByteLength = 127;
constexpr std::size_t kMaxControl = 125;
constexpr std::size_t kKeptInbox = 256 * 1024;

bool is_control(WebSocketOpcode opcode) { return static_cast<std::uint8_t>(opcode) >= 0x8; }

bool is_known(std::uint8_t opcode) { return opcode <= 0x2 || (opcode >= 0x8 && opcode <= 0xa); }

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

// Eight bytes at a time: every byte that a client sends goes through here twice.
void apply_mask(char* data, std::size_t size, std::uint32_t mask) {
  char key[8];
  for (int i = 0; i < 8; ++i) key[i] = static_cast<char>(mask >> (24 - 8 * (i % 4)));
  std::uint64_t wide = 0;
  std::memcpy(&wide, key, sizeof wide);
  std::size_t at = 0;
  for (; at + sizeof wide <= size; at += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + at, sizeof word);
    word ^= wide;
    std::memcpy(data + at, &word, sizeof word);
  }
  for (; at < size; ++at) data[at] = static_cast<char>(data[at] ^ key[at % 8]);
}

Error broken(const char* what) { return {ErrorCode::kCorrupt, std::string("WebSocket: ").append(what)}; }

}  // namespace

void append_websocket_frame(std::string& out, WebSocketOpcode opcode, std::string_view payload,
                            std::optional<std::uint32_t> mask) {
  const std::uint8_t masked = mask ? kMasked : 0;
  out.push_back(static_cast<char>(kFinal | static_cast<std::uint8_t>(opcode)));
  if (payload.size() < kTwoByteLength) {
    out.push_back(static_cast<char>(masked | payload.size()));
  } else if (payload.size() <= 0xffff) {
    out.push_back(static_cast<char>(masked | kTwoByteLength));
    append_big_endian(out, payload.size(), 2);
  } else {
    out.push_back(static_cast<char>(masked | kEightByteLength));
    append_big_endian(out, payload.size(), 8);
  }
  if (mask) append_big_endian(out, *mask, 4);
  const std::size_t begin = out.size();
  out.append(payload);
  if (mask) apply_mask(out.data() + begin, payload.size(), *mask);
}

std::string close_payload(WebSocketClose code, std::string_view reason) {
  std::string out;
  append_big_endian(out, static_cast<std::uint16_t>(code), 2);
  return out.append(reason.substr(0, kMaxControl - 2));
}

// False: not all of it is here.
Result<bool> WebSocketReader::read_header(Header& header) const {
  const std::string_view bytes = std::string_view(inbox_).substr(consumed_);
  if (bytes.size() < 2) return false;
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const auto second = static_cast<std::uint8_t>(bytes[1]);
  if ((first & kReserved) != 0) return broken("reserved bits are set");
  if (!is_known(first & 0x0f)) return broken("unknown opcode");
  header.final = (first & kFinal) != 0;
  header.opcode = static_cast<WebSocketOpcode>(first & 0x0f);
  header.length = second & 0x7f;
  header.bytes = 2;
  const std::size_t more = header.length == kEightByteLength ? 8 : header.length == kTwoByteLength ? 2 : 0;
  const bool masked = (second & kMasked) != 0;
  const std::size_t whole = header.bytes + more + (masked ? 4 : 0);
  if (bytes.size() < whole) return false;
  if (more > 0) header.length = big_endian(bytes.substr(2, more));
  if (masked) header.mask = static_cast<std::uint32_t>(big_endian(bytes.substr(2 + more, 4)));
  header.bytes = whole;
  SENNIT_TRY(check(header));
  return true;
}

Result<void> WebSocketReader::check(const Header& header) const {
  if (header.mask.has_value() != (masking_ == Masking::kExpected)) {
    return broken(header.mask ? "a server's frame is masked" : "a client's frame is not masked");
  }
  if (is_control(header.opcode)) {
    if (!header.final || header.length > kMaxControl) return broken("a control frame is too long or in pieces");
    return {};
  }
  const bool continues = header.opcode == WebSocketOpcode::kContinuation;
  if (continues != fragmented_.has_value()) return broken("fragments are out of order");
  const std::size_t before = fragmented_ ? fragments_.size() : 0;
  if (header.length > limit_ || header.length + before > limit_) {
    return Error(ErrorCode::kExhausted,
                 "WebSocket: a message is over the limit of " + std::to_string(limit_) + " bytes");
  }
  return {};
}

// What was given out is of no use any more once we are called again.
void WebSocketReader::drop_consumed() {
  if (consumed_ < inbox_.size() && consumed_ < kKeptInbox) return;
  inbox_.erase(0, consumed_);
  consumed_ = 0;
}

Result<bool> WebSocketReader::next(WebSocketMessage& message) {
  drop_consumed();
  for (;;) {
    Header header;
    SENNIT_ASSIGN(const bool complete, read_header(header));
    if (!complete || inbox_.size() - consumed_ - header.bytes < header.length) return false;
    char* data = inbox_.data() + consumed_ + header.bytes;
    if (header.mask) apply_mask(data, header.length, *header.mask);
    const std::string_view payload(data, header.length);
    consumed_ += header.bytes + header.length;
    if (is_control(header.opcode) || (header.final && !fragmented_)) {
      message = {header.opcode, payload};
      return true;
    }
    if (!fragmented_) {
      fragmented_ = header.opcode;
      fragments_.clear();
    }
    fragments_.append(payload);
    if (!header.final) continue;
    message = {*fragmented_, fragments_};
    fragmented_.reset();
    return true;
  }
}

}  // namespace sennit::http

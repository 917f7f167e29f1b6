#include "base/base64.h"

#include <algorithm>
#include <cstdint>

namespace sennit {
namespace {

// The six bits of a character of the alphabet; 64 for '=', 65 for others.
constexpr std::uint32_t kPad = 64;
constexpr std::uint32_t kOther = 65;

std::uint32_t sextet(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::uint32_t>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a' + 26);
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0' + 52);
  if (c == '+') return 62;
  if (c == '/') return 63;
  return c == '=' ? kPad : kOther;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned held = 0;  // sextets in `bits`, 0 to 3
  unsigned pads = 0;
  for (const char c : text) {
    const std::uint32_t value = sextet(c);
    if (value == kOther) continue;
    if (value == kPad) {
      ++pads;
      if (held >= 2 && held + pads >= 4) break;
      continue;
    }
    pads = 0;
    bits = bits << 6 | value;
    if (++held < 4) continue;
    bytes.push_back(static_cast<char>(bits >> 16 & 0xFF));
    bytes.push_back(static_cast<char>(bits >> 8 & 0xFF));
    bytes.push_back(static_cast<char>(bits & 0xFF));
    held = 0;
    bits = 0;
  }
  if (held == 0) return bytes;
  if (held == 1 || held + pads < 4) return std::nullopt;
  bytes.push_back(static_cast<char>(bits >> (held == 2 ? 4 : 10) & 0xFF));
  if (held == 3) bytes.push_back(static_cast<char>(bits >> 2 & 0xFF));
  return bytes;
}

std::string encode_base64(std::string_view bytes) {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t bits = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      text.push_back(i <= count ? kAlphabet[bits >> (18 - 6 * i) & 0x3F] : '=');
    }
  }
  return text;
}

}  // namespace sennit
